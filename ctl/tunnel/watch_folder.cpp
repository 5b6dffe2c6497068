// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/watch_folder.h"

#include <fmt/format.h>

#include "text/watch.h"
#include "json/entry.h"
#include "json/watch.h"

namespace ct {

namespace {

constexpr std::size_t kept_around = 32; // packets before and after a wrong one
constexpr std::uint64_t watch_capture_most = 256ULL << 20U; // bytes; more say nothing new
constexpr std::size_t ports_most = 64;
constexpr std::uint64_t watch_records_most = 64ULL << 20U;

PacketFolder::Interface captured_on(std::uint32_t cpu, bool outgoing)
{
    const char *const way = outgoing ? "sent" : "received";
    return {fmt::format("{}-cpu{}", way, cpu),
            fmt::format("{} by this host on CPU {}", way, cpu)};
}

} // namespace

Result<WatchFolder> WatchFolder::create(const std::string &path, const std::string &program)
{
    auto folder = PacketFolder::create(path, program, captured_on);
    if (!folder)
        return Failure(folder.error());
    return WatchFolder(std::move(*folder));
}

void WatchFolder::packet(const WatchedPacket &packet)
{
    Kept kept{{packet.bytes.begin(), packet.bytes.end()},
              packet.time_ns,
              packet.cpu,
              packet.outgoing,
              packet.sa,
              packet.sequence,
              {}};
    for (const WatchFinding &finding : packet.findings)
        kept.comments.push_back(watch_finding_line(finding));
    if (kept.comments.empty() && after_ == 0) {
        before_.push_back(std::move(kept));
        if (before_.size() > kept_around)
            before_.pop_front();
        return;
    }
    for (const Kept &earlier : before_)
        write(earlier);
    before_.clear();
    after_ = kept.comments.empty() ? after_ - 1 : kept_around;
    write(kept);
}

void WatchFolder::write(const Kept &packet)
{
    if (folder_.packet_bytes() + packet.bytes.size() > watch_capture_most)
        return;
    folder_.write({packet.bytes, packet.time_ns, packet.cpu, packet.outgoing, packet.comments});
    constexpr unsigned half = 32;
    if (high_.try_emplace(packet.sa, static_cast<std::uint32_t>(packet.sequence >> half))
            .second)
        sas_.push_back(packet.sa);
}

void WatchFolder::finding(const WatchFinding &finding)
{
    for (const std::uint16_t port : {finding.inner.source_port, finding.inner.destination_port})
        if (port != 0 && ports_.size() < ports_most)
            ports_.insert(port);
    const std::string line = line_of(watch_finding_object(finding));
    if (folder_.record_bytes() + line.size() <= watch_records_most)
        folder_.record(line);
}

Result<void> WatchFolder::finish(const WatchReport &report)
{
    std::vector<WiresharkSa> list;
    std::map<std::uint32_t, unsigned> users; // of an SPI
    for (const WatchedSaPtr &sa : sas_)
        ++users[sa->sa.spi];
    for (const WatchedSaPtr &sa : sas_) {
        if (!sa->cipher)
            continue;
        list.push_back({sa->sa.keys, sa->sa.spi, sa->sa.destination.v6, high_.at(sa)});
        if (users[sa->sa.spi] > 1) {
            list.back().source = sa->sa.source;
            list.back().destination = sa->sa.destination;
        }
    }
    return folder_.finish(list, {ports_.begin(), ports_.end()},
                          line_of(watch_report_object(report)),
                          watch_report_text(report, false));
}

} // namespace ct

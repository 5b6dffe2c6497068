// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/watch_folder.h"

#include <fmt/format.h>

#include "render/folder.h"
#include "text/watch.h"
#include "json/entry.h"
#include "json/watch.h"

namespace ct {

namespace {

constexpr std::size_t kept_around = 32; // packets before and after a wrong one
constexpr std::uint64_t watch_capture_most = 256ULL << 20U; // bytes; more say nothing new
constexpr std::size_t ports_most = 64;
constexpr std::uint64_t watch_records_most = 64ULL << 20U;

std::string below(const std::string &path, const char *file)
{
    return path + "/" + file;
}

} // namespace

Result<WatchFolder> WatchFolder::create(const std::string &path, const std::string &program)
{
    if (auto claimed = claim_folder(path); !claimed)
        return Failure(claimed.error());
    auto capture = Pcapng::create(below(path, "wire.pcapng"), program);
    if (!capture)
        return Failure(capture.error());
    auto records =
        FileOutput::create(below(path, "packets.jsonl"), FileOutput::Existing::Refuse);
    if (!records)
        return Failure(records.error());
    return WatchFolder(path, std::move(*capture), std::move(*records));
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
    if (bytes_ + packet.bytes.size() > watch_capture_most)
        return;
    bytes_ += packet.bytes.size();
    const auto key = std::pair(packet.cpu, packet.outgoing);
    auto place = interfaces_.find(key);
    if (place == interfaces_.end()) {
        const char *const way = packet.outgoing ? "sent" : "received";
        place = interfaces_
                    .emplace(key, capture_.interface(fmt::format("{}-cpu{}", way, packet.cpu),
                                                     fmt::format("{} by this host on CPU {}",
                                                                 way, packet.cpu)))
                    .first;
    }
    Pcapng::Entry entry;
    entry.interface = place->second;
    entry.time_ns = packet.time_ns;
    entry.size = static_cast<std::uint32_t>(packet.bytes.size());
    entry.bytes = packet.bytes;
    entry.comments = packet.comments;
    capture_.write(entry);
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
    if (records_bytes_ + line.size() > watch_records_most)
        return;
    records_bytes_ += line.size();
    records_->write(line);
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
    Result<void> result = capture_.close();
    const auto keep = [&result](Result<void> next) {
        if (result && !next)
            result = std::move(next);
    };
    keep(write_wireshark(below(path_, "wireshark"), list, {ports_.begin(), ports_.end()}));
    if (const int number = records_->flush(); number != 0)
        keep(unwritten(below(path_, "packets.jsonl"), number));
    keep(replace_file(below(path_, "esp.json"), line_of(watch_report_object(report))));
    keep(replace_file(below(path_, "report.txt"), watch_report_text(report, false)));
    return result;
}

} // namespace ct

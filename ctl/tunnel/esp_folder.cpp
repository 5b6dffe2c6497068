// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/esp_folder.h"

#include <fmt/format.h>

#include "render/esp.h"
#include "render/esp_json.h"
#include "render/folder.h"
#include "tunnel/lab.h"
#include "json/entry.h"

namespace ct {

namespace {

constexpr std::uint64_t capture_most = 64ULL << 20U; // bytes, without wrong packets
constexpr std::uint16_t first_port = flow_port;
constexpr std::uint16_t last_port = flow_port + 63;

std::string named(const std::string &path, const char *file)
{
    return path + "/" + file;
}

} // namespace

Result<EspFolder> EspFolder::create(const std::string &path, const std::string &program)
{
    if (auto claimed = claim_folder(path); !claimed)
        return Failure(claimed.error());
    auto capture = Pcapng::create(named(path, "wire.pcapng"), program);
    if (!capture)
        return Failure(capture.error());
    auto records =
        FileOutput::create(named(path, "packets.jsonl"), FileOutput::Existing::Refuse);
    if (!records)
        return Failure(records.error());
    return EspFolder(path, std::move(*capture), std::move(*records));
}

void EspFolder::packet(const SettledPacket &packet)
{
    if (packet.findings.empty() && bytes_ + packet.bytes.size() > capture_most) {
        ++left_out_;
        return;
    }
    bytes_ += packet.bytes.size();
    const bool forwards = packet.sa->forwards;
    const auto key = std::pair(packet.cpu, forwards);
    auto place = interfaces_.find(key);
    if (place == interfaces_.end()) {
        const unsigned number =
            capture_.interface(fmt::format("{}-cpu{}", forwards ? "a" : "b", packet.cpu),
                               fmt::format("sent, and so encapsulated, by host {} on CPU {}",
                                           forwards ? "a" : "b", packet.cpu));
        place = interfaces_.emplace(key, number).first;
    }
    Pcapng::Entry entry;
    entry.interface = place->second;
    entry.time_ns = packet.time_ns;
    entry.size = static_cast<std::uint32_t>(packet.bytes.size());
    entry.bytes = packet.bytes;
    for (const EspFinding &finding : packet.findings)
        entry.comments.push_back(esp_finding_line(finding));
    capture_.write(entry);
    high_.try_emplace(packet.sa, static_cast<std::uint32_t>(packet.sequence >> 32U));
}

void EspFolder::finding(const EspFinding &finding)
{
    records_->write(line_of(esp_finding_object(finding)));
}

Result<void> EspFolder::finish(const EspReport &report, const SaTable &sas)
{
    std::vector<WiresharkSa> list;
    for (const auto &sa : sas.all()) {
        const auto high = high_.find(sa.get());
        if (high != high_.end())
            list.push_back({sa->sa.keys, sa->sa.spi, sa->sa.destination.v6, high->second});
    }
    std::vector<std::uint16_t> ports;
    for (std::uint16_t port = first_port; port <= last_port; ++port)
        ports.push_back(port);
    Result<void> result = capture_.close();
    const auto keep = [&result](Result<void> next) {
        if (result && !next)
            result = std::move(next);
    };
    keep(write_wireshark(named(path_, "wireshark"), list, ports));
    if (const int number = records_->flush(); number != 0)
        keep(unwritten(named(path_, "packets.jsonl"), number));
    keep(replace_file(named(path_, "esp.json"), line_of(esp_report_object(report))));
    keep(replace_file(named(path_, "report.txt"), esp_report_text(report, false)));
    return result;
}

} // namespace ct

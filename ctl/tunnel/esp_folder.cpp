// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/esp_folder.h"

#include <fmt/format.h>

#include "render/esp.h"
#include "render/esp_json.h"
#include "tunnel/lab.h"
#include "json/entry.h"

namespace ct {

namespace {

constexpr std::uint64_t capture_most = 64ULL << 20U; // bytes, without wrong packets
constexpr std::uint16_t first_port = flow_port;
constexpr std::uint16_t last_port = flow_port + 63;

PacketFolder::Interface sent_by(std::uint32_t cpu, bool forwards)
{
    const char *const host = forwards ? "a" : "b";
    return {fmt::format("{}-cpu{}", host, cpu),
            fmt::format("sent, and so encapsulated, by host {} on CPU {}", host, cpu)};
}

} // namespace

Result<EspFolder> EspFolder::create(const std::string &path, const std::string &program)
{
    auto folder = PacketFolder::create(path, program, sent_by);
    if (!folder)
        return Failure(folder.error());
    return EspFolder(std::move(*folder));
}

void EspFolder::packet(const SettledPacket &packet)
{
    if (packet.findings.empty() &&
        folder_.packet_bytes() + packet.bytes.size() > capture_most) {
        ++left_out_;
        return;
    }
    PacketFolder::Packet entry{
        packet.bytes, packet.time_ns, packet.cpu, packet.sa->forwards, {}};
    for (const EspFinding &finding : packet.findings)
        entry.comments.push_back(esp_finding_line(finding));
    folder_.write(entry);
    high_.try_emplace(packet.sa, static_cast<std::uint32_t>(packet.sequence >> 32U));
}

void EspFolder::finding(const EspFinding &finding)
{
    folder_.record(line_of(esp_finding_object(finding)));
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
    return folder_.finish(list, ports, line_of(esp_report_object(report)),
                          esp_report_text(report, false));
}

} // namespace ct

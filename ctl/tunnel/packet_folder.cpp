// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/packet_folder.h"

#include "render/folder.h"

namespace ct {

Result<PacketFolder> PacketFolder::create(const std::string &path, const std::string &program,
                                          InterfaceOf interface_of)
{
    if (auto claimed = claim_folder(path); !claimed)
        return Failure(claimed.error());
    auto capture = Pcapng::create(path + "/wire.pcapng", program);
    if (!capture)
        return Failure(capture.error());
    auto records = FileOutput::create(path + "/packets.jsonl", FileOutput::Existing::Refuse);
    if (!records)
        return Failure(records.error());
    return PacketFolder(path, std::move(*capture), std::move(*records), interface_of);
}

void PacketFolder::write(const Packet &packet)
{
    packet_bytes_ += packet.bytes.size();
    const auto key = std::pair(packet.cpu, packet.forwards);
    auto place = interfaces_.find(key);
    if (place == interfaces_.end()) {
        const Interface interface = interface_of_(packet.cpu, packet.forwards);
        place =
            interfaces_.emplace(key, capture_.interface(interface.name, interface.description))
                .first;
    }
    Pcapng::Entry entry;
    entry.interface = place->second;
    entry.time_ns = packet.time_ns;
    entry.size = static_cast<std::uint32_t>(packet.bytes.size());
    entry.bytes = packet.bytes;
    entry.comments = packet.comments;
    capture_.write(entry);
}

void PacketFolder::record(const std::string &line)
{
    record_bytes_ += line.size();
    records_->write(line);
}

Result<void> PacketFolder::finish(const std::vector<WiresharkSa> &sas,
                                  const std::vector<std::uint16_t> &ports,
                                  const std::string &json, const std::string &text)
{
    Result<void> result = capture_.close();
    const auto keep = [&result](Result<void> next) {
        if (result && !next)
            result = std::move(next);
    };
    keep(write_wireshark(file("wireshark"), sas, ports));
    if (const int number = records_->flush(); number != 0)
        keep(unwritten(file("packets.jsonl"), number));
    keep(replace_file(file("esp.json"), json));
    keep(replace_file(file("report.txt"), text));
    return result;
}

} // namespace ct

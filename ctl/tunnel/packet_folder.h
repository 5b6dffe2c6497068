// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of a run over tunnels or of a watch: the capture (wire.pcapng), a line of JSON for
// each wrong packet (packets.jsonl), what Wireshark decrypts it with (wireshark/), and the
// report (esp.json, report.txt).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"
#include "capture/pcapng.h"
#include "capture/wireshark.h"
#include "render/output.h"

namespace ct {

class PacketFolder {
public:
    // One for each CPU and way.
    struct Interface {
        std::string name;
        std::string description;
    };
    using InterfaceOf = Interface (*)(std::uint32_t cpu, bool forwards);

    struct Packet {
        PacketView bytes; // from its IP header on
        std::uint64_t time_ns = 0;
        std::uint32_t cpu = 0;
        bool forwards = false;
        std::vector<std::string> comments;
    };

    // Refuses a folder with files of another run.
    [[nodiscard]] static Result<PacketFolder>
    create(const std::string &path, const std::string &program, InterfaceOf interface_of);

    void write(const Packet &packet);
    void record(const std::string &line);
    // The first error of all that was written.
    [[nodiscard]] Result<void> finish(const std::vector<WiresharkSa> &sas,
                                      const std::vector<std::uint16_t> &ports,
                                      const std::string &json, const std::string &text);

    // Of packets, and of lines, so far.
    [[nodiscard]] std::uint64_t packet_bytes() const { return packet_bytes_; }
    [[nodiscard]] std::uint64_t record_bytes() const { return record_bytes_; }

private:
    PacketFolder(std::string path, Pcapng capture, std::unique_ptr<FileOutput> records,
                 InterfaceOf interface_of)
        : path_(std::move(path)), capture_(std::move(capture)), records_(std::move(records)),
          interface_of_(interface_of)
    {
    }
    [[nodiscard]] std::string file(const char *name) const { return path_ + "/" + name; }

    std::string path_;
    Pcapng capture_;
    std::unique_ptr<FileOutput> records_;
    InterfaceOf interface_of_;
    std::map<std::pair<std::uint32_t, bool>, unsigned> interfaces_;
    std::uint64_t packet_bytes_ = 0;
    std::uint64_t record_bytes_ = 0;
};

} // namespace ct

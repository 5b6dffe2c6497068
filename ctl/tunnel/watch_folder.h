// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of --out of a watch: wire.pcapng with the wrong packets, a comment on each, and
// some around them; the keys of their SAs for Wireshark; the wrong packets as JSON lines; the
// verdict as JSON and as text. All of it for this user alone.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tunnel/packet_folder.h"
#include "watch/report.h"

namespace ct {

class WatchFolder {
public:
    // Refuses a folder with files of another run.
    [[nodiscard]] static Result<WatchFolder> create(const std::string &path,
                                                    const std::string &program);

    void packet(const WatchedPacket &packet);
    void finding(const WatchFinding &finding);
    // The first error of all that was written.
    [[nodiscard]] Result<void> finish(const WatchReport &report);

private:
    struct Kept {
        std::vector<std::uint8_t> bytes;
        std::uint64_t time_ns = 0;
        std::uint32_t cpu = 0;
        bool outgoing = false;
        WatchedSaPtr sa;
        std::uint64_t sequence = 0;
        std::vector<std::string> comments;
    };

    explicit WatchFolder(PacketFolder folder) : folder_(std::move(folder)) {}
    void write(const Kept &packet);

    PacketFolder folder_;
    std::deque<Kept> before_; // the last ones, not written
    std::size_t after_ = 0;   // to be written still
    // Those in the capture, with the upper half of their first sequence number.
    std::map<WatchedSaPtr, std::uint32_t> high_;
    std::vector<WatchedSaPtr> sas_; // in order of appearance
    // Of wrong packets: what a dissector makes of such a payload would hide the verdict on it.
    std::set<std::uint16_t> ports_;
};

} // namespace ct

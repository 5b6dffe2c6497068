// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of --out of a watch: wire.pcapng with the wrong packets, a comment on each, and
// some around them; the keys of their SAs for Wireshark; the wrong packets as JSON lines; the
// verdict as JSON and as text. All of it for this user alone.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "capture/pcapng.h"
#include "render/output.h"
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

    WatchFolder(std::string path, Pcapng capture, std::unique_ptr<FileOutput> records)
        : path_(std::move(path)), capture_(std::move(capture)), records_(std::move(records))
    {
    }
    void write(const Kept &packet);

    std::string path_;
    Pcapng capture_;
    std::unique_ptr<FileOutput> records_;
    std::map<std::pair<std::uint32_t, bool>, unsigned> interfaces_;
    std::deque<Kept> before_; // the last ones, not written
    std::size_t after_ = 0;   // to be written still
    std::uint64_t bytes_ = 0;
    std::uint64_t records_bytes_ = 0;
    // Those in the capture, with the upper half of their first sequence number.
    std::map<WatchedSaPtr, std::uint32_t> high_;
    std::vector<WatchedSaPtr> sas_; // in order of appearance
    // Of wrong packets: what a dissector makes of such a payload would hide the verdict on it.
    std::set<std::uint16_t> ports_;
};

} // namespace ct

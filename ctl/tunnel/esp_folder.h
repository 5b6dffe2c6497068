// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of --out: wire.pcapng with a comment on each wrong packet, what Wireshark needs to
// decrypt it, the wrong packets as JSON lines, the verdict as JSON and as text.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/error.h"
#include "esp/ledger.h"
#include "esp/report.h"
#include "tunnel/packet_folder.h"

namespace ct {

class EspFolder {
public:
    // Refuses a folder with files of another run.
    [[nodiscard]] static Result<EspFolder> create(const std::string &path,
                                                  const std::string &program);

    // Every packet until the capture has its size, then wrong ones alone.
    void packet(const SettledPacket &packet);
    void finding(const EspFinding &finding);
    // The first error of all that was written.
    [[nodiscard]] Result<void> finish(const EspReport &report, const SaTable &sas);
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    explicit EspFolder(PacketFolder folder) : folder_(std::move(folder)) {}

    PacketFolder folder_;
    std::uint64_t left_out_ = 0;
    // Upper half of the first sequence number of each SA in the file.
    std::map<const TunnelSa *, std::uint32_t> high_;
};

} // namespace ct

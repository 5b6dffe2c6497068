// SPDX-License-Identifier: GPL-2.0-or-later
// What Wireshark has to be told to decrypt ESP and to check it: no version of it takes keys
// from a capture itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"
#include "cipher/suite.h"

namespace ct {

// An SA as Wireshark's table esp_sa needs it.
struct WiresharkSa {
    SaKeys keys;
    std::uint32_t spi = 0;
    bool v6 = false;
    std::uint32_t sequence_high = 0; // with ESN: upper half of the first packet in the file
    // Of the packets; nothing: any, which does where no other SA has the same SPI.
    std::optional<Address> source{};      // NOLINT(readability-redundant-member-init)
    std::optional<Address> destination{}; // NOLINT(readability-redundant-member-init)
};

// FOLDER/esp_sa, preferences and decode_as_entries, mode 0600, in a folder that is made if it
// is not there: with them `WIRESHARK_CONFIG_DIR=FOLDER tshark -r FILE` decrypts and checks.
// ports: of TCP and UDP whose payload is data without a dissector. natt_port: of UDP that
// holds ESP. Files that are there already are refused.
[[nodiscard]] Result<void> write_wireshark(const std::string &folder,
                                           const std::vector<WiresharkSa> &sas,
                                           const std::vector<std::uint16_t> &ports,
                                           std::uint16_t natt_port = 4500);
// A line of esp_sa, with its end. With an ICV that Wireshark cannot check the packets are
// decrypted, and shown as if it were wrong; of a size that it has no name for: a comment.
[[nodiscard]] std::string esp_sa_line(const WiresharkSa &sa);

} // namespace ct

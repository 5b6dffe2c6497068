// SPDX-License-Identifier: GPL-2.0-or-later
// The SAs of tunnels, with what opens their packets and what was counted of each. An SA that
// the kernel has dropped stays: packets of it may still be on their way.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "cipher/esp_cipher.h"
#include "testbed/testbed.h"
#include "xfrm/sa.h"

namespace ct {

struct SaTally {
    std::uint64_t encapsulated = 0;       // opened from the wire
    std::uint64_t bytes = 0;              // of text
    std::uint64_t encapsulated_wrong = 0; // of these
    std::uint64_t icv_wrong = 0;          // of these
    std::uint64_t wire_wrong = 0;         // changed between the interfaces
    std::uint64_t decapsulated = 0;       // delivered, compared with what was opened
    std::uint64_t decapsulated_wrong = 0; // of these
    std::uint64_t refused = 0; // right on the wire, but counted by the receiver as a wrong ICV
    std::uint64_t lost = 0;    // right on the wire, and never delivered
    std::uint64_t other = 0;   // no flow's packets
};

struct TunnelSa {
    Sa sa;
    EspCipher cipher;
    unsigned tunnel = 0;
    EspMode mode = EspMode::Transport;
    bool forwards = true; // from A to B
    std::string driver;
    std::uint64_t last = 0; // highest sequence number seen
    SaTally tally{};

    // The sequence number, of 64 bits with ESN, that these lower bits belong to.
    [[nodiscard]] std::uint64_t sequence_of(std::uint32_t low) const;
    // What ESP pads to.
    [[nodiscard]] unsigned align() const { return sa.keys.suite == Suite::Gcm ? 4 : 16; }
};

class SaTable {
public:
    // Error: keys that cannot be used.
    [[nodiscard]] Result<void> add(const Sa &sa, unsigned tunnel, EspMode mode, bool forwards,
                                   const std::string &driver);
    [[nodiscard]] TunnelSa *find(std::uint32_t spi, const Address &destination);
    [[nodiscard]] const std::vector<std::unique_ptr<TunnelSa>> &all() const { return all_; }

private:
    std::vector<std::unique_ptr<TunnelSa>> all_;
    std::map<std::pair<std::uint32_t, Address>, TunnelSa *> by_spi_;
};

} // namespace ct

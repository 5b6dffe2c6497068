// SPDX-License-Identifier: GPL-2.0-or-later
// Security associations and policies as the kernel's xfrm has them (include/uapi/linux/xfrm.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "capture/packet.h"
#include "cipher/suite.h"

namespace ct {

enum class SaMode { Transport, Tunnel, Other };

struct Sa {
    std::uint32_t spi = 0;      // host byte order
    std::uint8_t protocol = 50; // ESP; of those listed also AH (51) and IPComp (108)
    Address source;
    Address destination;
    SaMode mode = SaMode::Transport;
    SaKeys keys;
    bool natt = false; // in UDP
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint32_t replay_window = 0; // packets
    std::uint64_t sequence_out = 0;  // last sent, 64 bits with ESN
    std::uint64_t sequence_in = 0;   // highest received
    std::uint32_t mark = 0;
    std::uint32_t mark_mask = 0;
    std::uint32_t if_id = 0;
    bool hardware = false;          // the network card encrypts
    std::uint32_t offload_link = 0; // when added: interface that is asked to; 0: none
    // Why it cannot be opened: an algorithm outside of Suite, keys that the kernel hides
    // (lockdown), not ESP. Empty: it can.
    std::string unreadable;
};

// Counted by the kernel for each SA (struct xfrm_stats), and its lifetime.
struct SaCounts {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t replay_window = 0; // too old
    std::uint64_t replay = 0;        // repeated
    std::uint64_t integrity = 0;     // refused by ICV
};

// What changed, as a listener hears it.
struct SaChange {
    enum class Kind { Added, Deleted, Expired, Flushed } kind = Kind::Added;
    Sa sa; // of Deleted and Expired: SPI and addresses alone
};

} // namespace ct

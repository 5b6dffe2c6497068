// SPDX-License-Identifier: GPL-2.0-or-later
// Which packets need an SA, as the kernel's xfrm has it.
#pragma once

#include <cstdint>

#include "capture/packet.h"
#include "xfrm/sa.h"

namespace ct {

enum class PolicyDirection { In, Out, Forward };

struct Policy {
    PolicyDirection direction = PolicyDirection::Out;
    Address source; // selector, with prefixes
    unsigned source_prefix = 0;
    Address destination;
    unsigned destination_prefix = 0;
    std::uint8_t protocol = 0; // 0: any
    Address tunnel_source;     // of tunnel mode
    Address tunnel_destination;
    SaMode mode = SaMode::Transport;
    std::uint32_t reqid = 0;
    std::uint32_t spi = 0; // 0: any SA
    bool block = false;    // drops instead: no SA is asked for
};

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// A block of frames as TPACKET_V3 lays it out.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/ring.h"

namespace ct {

// One frame after the other. Never reads outside of the block, whatever it says.
class BlockWalk {
public:
    BlockWalk() = default;
    BlockWalk(PacketView block, std::uint32_t cpu);

    [[nodiscard]] std::optional<Frame> next();

private:
    PacketView block_;
    std::uint32_t cpu_ = 0;
    std::size_t at_ = 0;
    std::uint32_t left_ = 0; // frames
};

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as a ring gives them, and a block of them as TPACKET_V3 lays it out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "capture/packet.h"

namespace ct {

struct Frame {
    std::uint64_t time_ns = 0; // wall clock
    std::uint32_t cpu = 0;
    bool outgoing = false;         // sent by this host; else received
    bool checksum_pending = false; // of TCP or UDP: an interface is to fill it in, or was
    std::uint32_t size = 0;        // on the wire
    PacketView bytes;              // from the IP header on; valid until the next take()
};

struct RingCounts {
    std::uint64_t seen = 0;    // by the filter let through
    std::uint64_t dropped = 0; // of these, for lack of room: lost, and said so
    std::uint64_t downs = 0;   // times that the interface was set down, and nothing seen
};

// The frames of a block, one after the other. Never reads outside of the block, whatever it
// says.
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

// SPDX-License-Identifier: GPL-2.0-or-later
// Payload whose every byte is known from its flow and its place, so that each receiver and each
// opened packet can be checked by itself, in any order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "capture/packet.h"

namespace ct {

enum class FlowKind { Tcp, Udp, Ping };

// A datagram's payload: its number (8 bytes, big-endian), then content at that place. TCP:
// content at the stream's offset. Ping: the same as a datagram; the number's lower 16 bits are
// the echo's sequence number.
inline constexpr std::size_t datagram_head = 8;

class Content {
public:
    // pattern: repeated instead of pseudo-random bytes ("ping -p 61"); empty: pseudo-random.
    Content(std::uint64_t seed, std::uint32_t flow,
            const std::vector<std::uint8_t> &pattern = {});

    static constexpr std::size_t most = 65536;
    // size: at most so many.
    [[nodiscard]] PacketView at(std::uint64_t offset, std::size_t size) const;
    // Where a datagram's content begins, behind its number.
    [[nodiscard]] static std::uint64_t place_of(std::uint64_t datagram);
    // First difference; nothing: all is right.
    [[nodiscard]] std::optional<std::size_t> differs(PacketView bytes,
                                                     std::uint64_t offset) const;

private:
    std::vector<std::uint8_t> bytes_;
};

} // namespace ct

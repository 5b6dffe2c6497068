// SPDX-License-Identifier: GPL-2.0-or-later
// Payload whose every byte is known from its flow and its place, so that each receiver and each
// opened packet can be checked by itself, in any order.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "capture/packet.h"
#include "record/words.h"

namespace ct {

enum class FlowKind { Tcp, Udp, Ping };

template <>
inline constexpr std::array<std::string_view, 3> names<FlowKind>{"tcp", "udp", "ping"};

// A datagram's payload: its number (8 bytes, big-endian), then content at that place. TCP:
// content at the stream's offset. Ping: the same as a datagram; the number's lower 16 bits are
// the echo's sequence number.
inline constexpr std::size_t datagram_head = 8;

// Which content a packet of that flow and direction holds. The two directions of a TCP stream
// have content of their own; an echo reply has that of its request.
[[nodiscard]] constexpr std::uint32_t content_number(FlowKind kind, std::uint32_t flow,
                                                     bool backwards)
{
    return flow * 2 + (kind == FlowKind::Tcp && backwards ? 1 : 0);
}

class Content {
public:
    // number: from content_number().
    // pattern: repeated instead of pseudo-random bytes ("ping -p 61"); empty: pseudo-random.
    Content(std::uint64_t seed, std::uint32_t number,
            const std::vector<std::uint8_t> &pattern = {});

    // Pseudo-random bytes repeat after so many, a prime: blocks of any cipher that repeat in
    // them are not aligned the same way twice.
    static constexpr std::uint64_t period = 131101;
    static constexpr std::size_t most = 65536;
    // size: at most so many. Valid as long as the content is.
    [[nodiscard]] PacketView at(std::uint64_t offset, std::size_t size) const;
    // Where a datagram's content begins, behind its number.
    [[nodiscard]] static std::uint64_t place_of(std::uint64_t datagram);
    // First difference; nothing: all is right.
    [[nodiscard]] std::optional<std::size_t> differs(PacketView bytes,
                                                     std::uint64_t offset) const;

private:
    std::uint64_t period_;            // of these bytes
    std::vector<std::uint8_t> bytes_; // a period and `most` more, so that no view is split
};

} // namespace ct

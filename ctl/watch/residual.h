// SPDX-License-Identifier: GPL-2.0-or-later
// By how much a transport checksum is wrong. Of packets that went through a NAT inside ESP it
// is the same for all of an SA: what the old addresses differ by from the new ones.
#pragma once

#include <cstdint>

#include "capture/packet.h"

namespace ct {

inline constexpr std::uint16_t residual_right = 0xffff;

// l4: TCP, UDP, ICMP or ICMPv6, from its header on; without a checksum of its own (UDP) it is
// no number of any use.
[[nodiscard]] inline std::uint16_t residual(PacketView l4, std::uint8_t protocol,
                                            const Address &source, const Address &destination)
{
    constexpr std::uint8_t icmp = 1;
    std::uint64_t sum = word_sum(l4);
    if (protocol != icmp) {
        const std::size_t size = source.v6 ? 16 : 4;
        sum += word_sum(PacketView(source.bytes).first(size)) +
               word_sum(PacketView(destination.bytes).first(size)) + word_of(protocol) +
               word_of(l4.size());
    }
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(sum);
}

} // namespace ct

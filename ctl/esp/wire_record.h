// SPDX-License-Identifier: GPL-2.0-or-later
// The record of a wrong packet: what it was and what it had to be, whole, so that the
// diagnosis can look for the block, the AES round and the owner of foreign data.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "esp/tunnel_sa.h"
#include "record/mismatch.h"

namespace ct {

// A packet as images have it: with ESN the upper half of the sequence number is in the head.
struct WireImage {
    std::uint64_t sequence = 0;
    PacketView packet; // as captured: SPI to ICV
    PacketView text;   // opened
};

// Of a packet whose text is right.
[[nodiscard]] WirePacket wire_packet(const TunnelSa &sa, const WireImage &image);

// Damage in encapsulation. expected: the text as it has to be; the same as opened where the ICV
// alone is wrong.
[[nodiscard]] Mismatch encapsulation_record(const TunnelSa &sa, const WireImage &image,
                                            PacketView expected);
// Damage between the interfaces: what was received, of the same size.
[[nodiscard]] Mismatch wire_record(const TunnelSa &sa, const WireImage &sent,
                                   PacketView received);
// Damage in decapsulation. delivered: what the kernel made of the text from that offset on.
[[nodiscard]] Mismatch decapsulation_record(const TunnelSa &sa, const WireImage &image,
                                            std::size_t offset, PacketView delivered);

} // namespace ct

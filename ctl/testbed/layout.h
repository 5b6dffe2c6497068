// SPDX-License-Identifier: GPL-2.0-or-later
// What a testbed is made of: kinds of tunnels, and addresses of networks that are kept for
// benchmarks (RFC 2544, RFC 5180).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet.h"
#include "net/link.h"
#include "record/words.h"
#include "xfrm/sa.h"

namespace ct {

enum class EspMode { Transport, Tunnel, NattTransport, NattTunnel, Gre, GreNatt };

template <>
inline constexpr std::array<std::string_view, 6> names<EspMode>{
    "transport", "tunnel", "natt-transport", "natt-tunnel", "gre", "gre-natt"};

struct TunnelPlan {
    EspMode mode = EspMode::Transport;
    bool v6 = false; // outer and inner addresses
};

// Two SAs, one for each direction.
struct SaPair {
    Sa forwards;        // from A to B
    Sa backwards;       // from B to A
    std::string driver; // that both have; empty: not known
};

// Of the link, in A and in B.
inline constexpr const char *wire_name = "wire";
inline constexpr unsigned tunnels_most = 250;
inline constexpr std::uint16_t natt_port = 4500;

struct TunnelEnds {
    Address a;
    Address b;
};
// What goes over the wire.
[[nodiscard]] TunnelEnds outer_ends(unsigned tunnel, bool v6);
// What applications use: with transport the outer ones.
[[nodiscard]] TunnelEnds inner_ends(unsigned tunnel, const TunnelPlan &plan);

[[nodiscard]] bool in_udp(EspMode mode);
[[nodiscard]] bool over_gre(EspMode mode);
[[nodiscard]] SaMode sa_mode(EspMode mode);

// Locally administered: of A's and of B's end of the wire.
inline constexpr MacAddress mac_a{0x02, 0x65, 0x73, 0x70, 0x00, 0x0a};
inline constexpr MacAddress mac_b{0x02, 0x65, 0x73, 0x70, 0x00, 0x0b};

// No packet of the mode and any suite is larger than 1,500 bytes on the wire.
inline constexpr std::uint32_t gre_mtu = 1376;

// Payload bytes of datagrams, in turns: all remainders of 16, three times in short texts and
// once in long ones. None is fragmented in any tunnel.
[[nodiscard]] const std::vector<std::uint32_t> &datagram_sizes();

// SPIs of test SAs: 0xc7000001 and up, in turns.
inline constexpr std::uint32_t spi_first = 0xc7000001;
inline constexpr std::uint32_t spi_count = 0x00ffff00;
[[nodiscard]] std::uint32_t spi_of(std::uint32_t turn);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/layout.h"

namespace ct {

namespace {

Address benchmark_v4(std::uint8_t network, unsigned tunnel, std::uint8_t host)
{
    Address address;
    address.bytes = {198, network, static_cast<std::uint8_t>(tunnel), host};
    return address;
}

Address benchmark_v6(std::uint8_t network, unsigned tunnel, std::uint8_t host)
{
    Address address;
    address.v6 = true;
    address.bytes = {0x20, 0x01, 0x00, 0x02, 0, 0, network, static_cast<std::uint8_t>(tunnel)};
    address.bytes.back() = host;
    return address;
}

TunnelEnds ends_in(std::uint8_t v4_network, std::uint8_t v6_network, unsigned tunnel, bool v6)
{
    constexpr std::uint8_t host_a = 1;
    constexpr std::uint8_t host_b = 2;
    if (v6)
        return {benchmark_v6(v6_network, tunnel, host_a),
                benchmark_v6(v6_network, tunnel, host_b)};
    return {benchmark_v4(v4_network, tunnel, host_a), benchmark_v4(v4_network, tunnel, host_b)};
}

} // namespace

TunnelEnds outer_ends(unsigned tunnel, bool v6)
{
    return ends_in(18, 0, tunnel, v6);
}

TunnelEnds inner_ends(unsigned tunnel, const TunnelPlan &plan)
{
    if (sa_mode(plan.mode) == SaMode::Transport && !over_gre(plan.mode))
        return outer_ends(tunnel, plan.v6);
    return ends_in(19, 1, tunnel, plan.v6);
}

bool in_udp(EspMode mode)
{
    return mode == EspMode::NattTransport || mode == EspMode::NattTunnel ||
           mode == EspMode::GreNatt;
}

bool over_gre(EspMode mode)
{
    return mode == EspMode::Gre || mode == EspMode::GreNatt;
}

SaMode sa_mode(EspMode mode)
{
    return mode == EspMode::Tunnel || mode == EspMode::NattTunnel ? SaMode::Tunnel
                                                                  : SaMode::Transport;
}

const std::vector<std::uint32_t> &datagram_sizes()
{
    // Many texts find a fault that is seldom, and long ones are long in an FPU section.
    static const std::vector<std::uint32_t> sizes = [] {
        std::vector<std::uint32_t> list;
        for (std::uint32_t place = 0; place < 16; ++place) {
            list.push_back(16 + place * 5);    // 16 to 91
            list.push_back(20 + place * 13);   // 20 to 215
            list.push_back(1200 - place * 53); // 405 to 1200
            list.push_back(31 + place * 9);    // 31 to 166
        }
        return list;
    }();
    return sizes;
}

std::uint32_t spi_of(std::uint32_t turn)
{
    return spi_first + turn % spi_count;
}

} // namespace ct

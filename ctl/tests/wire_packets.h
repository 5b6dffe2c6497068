// SPDX-License-Identifier: GPL-2.0-or-later
// Packets made by hand, for tests of what takes them apart and as seeds of its fuzzer. The
// checksum is computed here once more, the slow way.
#ifndef CRYPTORTURE_TESTS_WIRE_PACKETS_H
#define CRYPTORTURE_TESTS_WIRE_PACKETS_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <linux/if_packet.h>

#include "capture/packet.h"

namespace wire_packets {

using Octets = std::vector<std::uint8_t>;

inline void put16(Octets &into, std::size_t at, std::size_t value)
{
    into.at(at) = static_cast<std::uint8_t>(value >> 8U);
    into.at(at + 1) = static_cast<std::uint8_t>(value);
}

inline void put32(Octets &into, std::size_t at, std::size_t value)
{
    put16(into, at, value >> 16U);
    put16(into, at + 2, value);
}

inline Octets join(std::initializer_list<Octets> parts)
{
    Octets all;
    for (const Octets &part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

// RFC 1071, one pair of octets after the other.
inline std::uint16_t checksum(const Octets &of)
{
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
        sum += i % 2 == 0 ? of[i] * 256U : of[i];
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return static_cast<std::uint16_t>(~sum);
}

struct Route {
    Octets source;
    Octets destination;
};

inline Route route4()
{
    return {{10, 9, 0, 1}, {10, 9, 0, 2}};
}
inline Route inner4()
{
    return {{192, 168, 77, 1}, {192, 168, 77, 200}};
}
inline Route route6()
{
    Route route{Octets(16), Octets(16)};
    route.source[0] = route.destination[0] = 0xfd;
    route.source[15] = 1;
    route.destination[15] = 2;
    return route;
}

inline Octets pseudo(const Route &route, unsigned protocol, std::size_t size)
{
    Octets end(4);
    put16(end, 0, protocol);
    put16(end, 2, size);
    return join({route.source, route.destination, end});
}

inline Octets ip4(const Route &route, unsigned protocol, const Octets &payload,
                  unsigned fragment = 0, const Octets &options = {})
{
    Octets head(20);
    head.insert(head.end(), options.begin(), options.end());
    head[0] = static_cast<std::uint8_t>(0x40 | head.size() / 4);
    put16(head, 2, head.size() + payload.size());
    put16(head, 4, 0x1234);
    put16(head, 6, fragment);
    head[8] = 61;
    head[9] = static_cast<std::uint8_t>(protocol);
    for (std::size_t i = 0; i < 4; ++i) {
        head[12 + i] = route.source.at(i);
        head[16 + i] = route.destination.at(i);
    }
    put16(head, 10, checksum(head));
    return join({head, payload});
}

inline Octets ip6(const Route &route, unsigned protocol, const Octets &payload)
{
    Octets head(8);
    head[0] = 0x60;
    put16(head, 4, payload.size());
    head[6] = static_cast<std::uint8_t>(protocol);
    head[7] = 62;
    return join({head, route.source, route.destination, payload});
}

inline Octets text_octets(const std::string &text)
{
    return {text.begin(), text.end()};
}

inline Octets tcp(const Route &route, const Octets &payload, const Octets &options = {})
{
    Octets head(20);
    head.insert(head.end(), options.begin(), options.end());
    put16(head, 0, 45678);
    put16(head, 2, 7000);
    put32(head, 4, 0x89abcdef);
    put32(head, 8, 1);
    head[12] = static_cast<std::uint8_t>(head.size() / 4 * 16);
    head[13] = 0x18;
    put16(head, 14, 500);
    Octets whole = join({head, payload});
    put16(whole, 16, checksum(join({pseudo(route, 6, whole.size()), whole})));
    return whole;
}

inline Octets udp(const Route &route, const Octets &payload, unsigned from = 5353,
                  unsigned to = 7001, bool checked = true)
{
    Octets whole = join({Octets(8), payload});
    put16(whole, 0, from);
    put16(whole, 2, to);
    put16(whole, 4, whole.size());
    if (!checked)
        return whole;
    const std::uint16_t sum = checksum(join({pseudo(route, 17, whole.size()), whole}));
    put16(whole, 6, sum == 0 ? 0xffff : sum);
    return whole;
}

inline Octets echo(const Octets &payload, unsigned type = 8)
{
    Octets whole = join({Octets(8), payload});
    whole[0] = static_cast<std::uint8_t>(type);
    put16(whole, 4, 0x0bad);
    put16(whole, 6, 42);
    put16(whole, 2, checksum(whole));
    return whole;
}

inline Octets echo6(const Route &route, const Octets &payload)
{
    Octets whole = join({Octets(8), payload});
    whole[0] = 128;
    put16(whole, 4, 0x0bad);
    put16(whole, 6, 43);
    put16(whole, 2, checksum(join({pseudo(route, 58, whole.size()), whole})));
    return whole;
}

// With the fields that the flags say.
inline Octets gre(unsigned flags, unsigned ethertype, const Octets &payload)
{
    Octets head(4);
    put16(head, 0, flags);
    put16(head, 2, ethertype);
    if ((flags & 0x8000U) != 0)
        head = join({head, Octets(4)});
    if ((flags & 0x2000U) != 0)
        head = join({head, {1, 2, 3, 4}});
    if ((flags & 0x1000U) != 0)
        head = join({head, {0, 0, 0, 5}});
    Octets whole = join({head, payload});
    if ((flags & 0x8000U) != 0)
        put16(whole, 4, checksum(whole));
    return whole;
}

inline Octets ethernet(unsigned ethertype, const Octets &payload)
{
    Octets head(14, 0x02);
    put16(head, 12, ethertype);
    return join({head, payload});
}

// Padding to whole blocks, its length, next header.
inline Octets trailed(const Octets &payload, unsigned next, std::size_t block = 4)
{
    Octets whole = payload;
    std::uint8_t count = 0;
    while ((whole.size() + 2) % block != 0)
        whole.push_back(++count);
    whole.push_back(count);
    whole.push_back(static_cast<std::uint8_t>(next));
    return whole;
}

// Of bytes that nobody can open.
inline Octets esp(std::size_t spi, std::size_t sequence, std::size_t size)
{
    Octets whole(size, 0xe5);
    put32(whole, 0, spi);
    put32(whole, 4, sequence);
    return whole;
}

// Every kind of text that ESP carries over the outer route, checksums right.
struct Text {
    std::string name;
    Route outer;
    Octets bytes;
    bool checked = true;
};

inline std::vector<Text> texts()
{
    const Octets data = text_octets("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    const Route v4 = route4();
    const Route v6 = route6();
    const Route in = inner4();
    const Octets tcp4 = ip4(in, 6, tcp(in, data));
    const Octets udp6 = ip6(v6, 17, udp(v6, data));
    return {
        {"tcp", v4, trailed(tcp(v4, data), 6)},
        {"tcp, options, blocks", v4, trailed(tcp(v4, data, Octets(12, 1)), 6, 16)},
        {"tcp over IPv6", v6, trailed(tcp(v6, data), 6)},
        {"udp", v4, trailed(udp(v4, data), 17)},
        {"udp of odd size", v4, trailed(udp(v4, text_octets("abc")), 17)},
        {"udp without a checksum", v4, trailed(udp(v4, data, 1, 2, false), 17), false},
        {"udp over IPv6", v6, trailed(udp(v6, data), 17)},
        {"icmp", v4, trailed(echo(data), 1)},
        {"icmpv6", v6, trailed(echo6(v6, data), 58)},
        {"tunnel", v4, trailed(tcp4, 4)},
        {"tunnel, IPv4 options", v4,
         trailed(ip4(in, 6, tcp(in, data), 0x4000, Octets(8, 1)), 4)},
        {"tunnel of IPv6", v4, trailed(udp6, 41)},
        {"tunnel with hidden length", v4, trailed(join({tcp4, Octets(100, 0x55)}), 4)},
        {"tunnel of a fragment", v4, trailed(ip4(in, 17, data, 0x2000), 4), false},
        {"gre", v4, trailed(gre(0, 0x0800, tcp4), 47)},
        {"gre with all fields", v4, trailed(gre(0xb000, 0x0800, tcp4), 47)},
        {"gre, checksum alone", v4, trailed(gre(0x8000, 0x1234, data), 47)},
        {"gre, key", v4, trailed(gre(0x2000, 0x86dd, udp6), 47)},
        {"gre of Ethernet", v4, trailed(gre(0, 0x6558, ethernet(0x0800, tcp4)), 47)},
        {"gre of Ethernet, VLAN", v4,
         trailed(gre(0, 0x6558, ethernet(0x8100, join({{0, 7, 0x86, 0xdd}, udp6, Octets(6)}))),
                 47)},
        {"gre over IPv6", v6, trailed(gre(0x1000, 0x0800, tcp4), 47)},
        {"gre of PPTP", v4, trailed(gre(0x0001, 0x880b, data), 47), false},
        {"options behind ESP", v6,
         trailed(join({{17, 0, 1, 4, 0, 0, 0, 0}, udp(v6, data)}), 60)},
        {"nothing", v4, trailed({}, 59), false},
        {"sctp", v4, trailed(data, 132), false},
        {"IP in IP in IP", v4, trailed(ip4(in, 4, ip4(v4, 41, udp6)), 4)},
    };
}

// Every kind of packet on the wire that holds ESP of SPI 0x701, sequence number 7.
inline std::vector<std::pair<std::string, Octets>> esp_packets()
{
    const Octets data = esp(0x701, 7, 80);
    const Route v4 = route4();
    const Route v6 = route6();
    return {
        {"IPv4", ip4(v4, 50, data)},
        {"IPv4 with options", ip4(v4, 50, data, 0x4000, Octets(40, 1))},
        {"IPv6", ip6(v6, 50, data)},
        {"IPv6 with extension headers",
         ip6(v6, 0,
             join({Octets{43, 0, 1, 4, 0, 0, 0, 0}, Octets{60, 1, 4, 0}, Octets(12),
                   Octets{44, 0, 1, 4, 0, 0, 0, 0}, Octets{50, 0, 0, 0, 0, 0, 0, 9}, data}))},
        {"NAT-T", ip4(v4, 17, udp(v4, data, 4500, 4500, false))},
        {"NAT-T behind a NAT", ip4(v4, 17, udp(v4, data, 61000, 4500, false))},
        {"NAT-T over IPv6", ip6(v6, 17, udp(v6, data, 4500, 1024))},
    };
}

inline ct::IpHeader outer_of(const Route &route)
{
    ct::IpHeader outer;
    outer.source.v6 = outer.destination.v6 = route.source.size() == 16;
    std::copy(route.source.begin(), route.source.end(), outer.source.bytes.begin());
    std::copy(route.destination.begin(), route.destination.end(),
              outer.destination.bytes.begin());
    return outer;
}

// A block of a ring as the kernel lays it out, with these frames.
inline Octets ring_block(const std::vector<Octets> &frames)
{
    constexpr std::size_t data_at = 82;
    Octets block(4096);
    tpacket_block_desc head{};
    head.hdr.bh1.num_pkts = static_cast<std::uint32_t>(frames.size());
    head.hdr.bh1.offset_to_first_pkt = 48;
    std::size_t at = 48;
    std::uint32_t number = 0;
    for (const Octets &frame : frames) {
        tpacket3_hdr header{};
        header.tp_next_offset = ++number == frames.size() ? 0 : 304;
        header.tp_sec = 5;
        header.tp_nsec = number;
        header.tp_snaplen = static_cast<std::uint32_t>(frame.size());
        header.tp_len = 1400;
        header.tp_mac = data_at;
        header.tp_status = number == 2 ? TP_STATUS_CSUMNOTREADY : 0;
        sockaddr_ll address{};
        address.sll_pkttype = number == 1 ? PACKET_OUTGOING : PACKET_HOST;
        std::memcpy(&block[at], &header, sizeof(header));
        std::memcpy(&block[at + 48], &address, sizeof(address));
        std::memcpy(&block[at + data_at], frame.data(), frame.size());
        at += 304;
    }
    std::memcpy(block.data(), &head, sizeof(head));
    return block;
}

} // namespace wire_packets

#endif

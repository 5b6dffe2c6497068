// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/packet.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "wire_packets.h"

namespace ct::test {

namespace wp = wire_packets;

namespace {

void within(const InnerView &view, std::size_t size)
{
    ASSERT_LE(view.l4, view.payload);
    ASSERT_LE(view.payload, view.end);
    ASSERT_LE(view.end, size);
}

// Whatever takes packets apart, on these bytes alone: ASan sees a step beyond them.
void take_apart(const wp::Octets &bytes)
{
    const std::vector<std::uint8_t> alone(bytes.begin(), bytes.end());
    const auto ip = parse_ip(alone);
    if (ip) {
        ASSERT_LE(ip->payload, alone.size());
        ASSERT_LE(ip->payload, ip->size);
    }
    const auto esp = parse_esp(alone);
    if (esp) {
        ASSERT_TRUE(ip);
        ASSERT_GE(esp->packet.size(), 8U);
        ASSERT_GE(esp->packet.data(), alone.data() + ip->payload);
        ASSERT_LE(esp->packet.data() + esp->packet.size(), alone.data() + alone.size());
    }
    within(parse_inner_ip(alone), alone.size());
    for (const wp::Route &route : {wp::route4(), wp::route6()}) {
        const IpHeader outer = wp::outer_of(route);
        within(parse_inner(alone, outer), alone.size());
        for (const std::uint8_t protocol : wp::Octets{1, 6, 17, 47, 58, 60})
            within(parse_transport(alone, protocol, outer.source, outer.destination),
                   alone.size());
    }
}

// All packets and texts, after something was done to them.
void for_all_packets(const std::function<void(const wp::Octets &)> &act)
{
    for (const auto &[name, packet] : wp::esp_packets()) {
        SCOPED_TRACE(name);
        act(packet);
    }
    for (const auto &text : wp::texts()) {
        SCOPED_TRACE(text.name);
        act(text.bytes);
        act(text.outer.source.size() == 4 ? wp::ip4(text.outer, text.bytes.back(), text.bytes)
                                          : wp::ip6(text.outer, text.bytes.back(), text.bytes));
    }
}

} // namespace

TEST(Packet, AddressesAsText)
{
    for (const char *const text : {"10.9.0.1", "255.255.255.255", "fd00::1", "::", "0.0.0.0"}) {
        const auto address = parse_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address_text(*address), text);
        EXPECT_EQ(address->v6, std::string(text).find(':') != std::string::npos);
    }
    for (const char *const text : {"", "10.9.0", "10.9.0.256", "fd00::1::2", "name"})
        EXPECT_FALSE(parse_address(text)) << text;
    EXPECT_NE(parse_address("0.0.0.0"), parse_address("::"));
}

TEST(Packet, IpHeaders)
{
    const auto packet = wp::ip4(wp::route4(), 6, wp::Octets(100), 0x4000, wp::Octets(8, 1));
    auto ip = parse_ip(packet);
    ASSERT_TRUE(ip);
    EXPECT_EQ(address_text(ip->source), "10.9.0.1");
    EXPECT_EQ(address_text(ip->destination), "10.9.0.2");
    EXPECT_EQ(ip->protocol, 6);
    EXPECT_EQ(ip->hop_limit, 61);
    EXPECT_EQ(ip->id, 0x1234);
    EXPECT_EQ(ip->payload, 28U);
    EXPECT_EQ(ip->size, 128U);
    EXPECT_FALSE(ip->fragment); // "do not fragment" alone
    EXPECT_TRUE(ip->checksum_good);
    for (std::size_t i = 0; i < 28; ++i) {
        auto damaged = packet;
        damaged[i] ^= 0x08U;
        ip = parse_ip(damaged);
        EXPECT_TRUE(!ip || !ip->checksum_good) << i;
    }

    ip = parse_ip(wp::ip4(wp::route4(), 17, wp::Octets(8), 0x2000));
    ASSERT_TRUE(ip);
    EXPECT_TRUE(ip->fragment);
    EXPECT_EQ(ip->fragment_offset, 0);
    ip = parse_ip(wp::ip4(wp::route4(), 17, wp::Octets(8), 0x00b9));
    ASSERT_TRUE(ip);
    EXPECT_TRUE(ip->fragment);
    EXPECT_EQ(ip->fragment_offset, 0xb9 * 8);

    ip = parse_ip(wp::ip6(wp::route6(), 58, wp::Octets(60)));
    ASSERT_TRUE(ip);
    EXPECT_EQ(address_text(ip->destination), "fd00::2");
    EXPECT_EQ(ip->protocol, 58);
    EXPECT_EQ(ip->hop_limit, 62);
    EXPECT_EQ(ip->payload, 40U);
    EXPECT_EQ(ip->size, 100U);
}

TEST(Packet, LengthsThatContradictEachOther)
{
    auto packet = wp::ip4(wp::route4(), 6, wp::Octets(10));
    packet[0] = 0x44; // a header of 16 bytes
    EXPECT_FALSE(parse_ip(packet));
    packet[0] = 0x4f; // of 60
    EXPECT_FALSE(parse_ip(packet));
    packet[0] = 0x55;
    EXPECT_FALSE(parse_ip(packet));
    packet[0] = 0x45;
    wp::put16(packet, 2, 19);
    EXPECT_FALSE(parse_ip(packet));
    wp::put16(packet, 2, 4000); // more than was captured is no fault of the packet
    ASSERT_TRUE(parse_ip(packet));
    EXPECT_EQ(parse_ip(packet)->size, 4000U);
    EXPECT_FALSE(parse_ip({}));
}

TEST(Packet, ExtensionHeaders)
{
    const wp::Octets options{50, 1, 1, 12};
    auto packet =
        wp::ip6(wp::route6(), 0, wp::join({options, wp::Octets(12), wp::esp(900, 1, 40)}));
    auto ip = parse_ip(packet);
    ASSERT_TRUE(ip);
    EXPECT_EQ(ip->protocol, 50);
    EXPECT_EQ(ip->payload, 56U);
    EXPECT_FALSE(ip->routed);
    packet[41] = 7; // beyond the end
    EXPECT_FALSE(parse_ip(packet));

    packet[41] = 1;
    packet[6] = 43; // the same as a routing header with a segment left
    packet[43] = 1;
    ip = parse_ip(packet);
    ASSERT_TRUE(ip);
    EXPECT_TRUE(ip->routed);

    const auto fragment = [](std::size_t where) {
        wp::Octets header{60, 0, 0, 0, 0, 0, 0, 1};
        wp::put16(header, 2, where);
        return parse_ip(wp::ip6(wp::route6(), 44,
                                wp::join({header, {6, 0, 1, 4, 0, 0, 0, 0}, wp::Octets(20)})));
    };
    ip = fragment(0); // a whole datagram
    ASSERT_TRUE(ip);
    EXPECT_FALSE(ip->fragment);
    EXPECT_EQ(ip->protocol, 6);
    ip = fragment(1); // the first one
    ASSERT_TRUE(ip);
    EXPECT_TRUE(ip->fragment);
    EXPECT_EQ(ip->fragment_offset, 0);
    EXPECT_EQ(ip->protocol, 6);
    ip = fragment(1448 + 1); // its first bytes are no header
    ASSERT_TRUE(ip);
    EXPECT_TRUE(ip->fragment);
    EXPECT_EQ(ip->fragment_offset, 1448);
    EXPECT_EQ(ip->protocol, 60);
    EXPECT_EQ(ip->payload, 48U);
}

TEST(Packet, EspOfEveryKind)
{
    for (const auto &[name, packet] : wp::esp_packets()) {
        SCOPED_TRACE(name);
        // Padding of an Ethernet frame is no part of it.
        for (const std::size_t more : {0U, 6U}) {
            const auto captured = wp::join({packet, wp::Octets(more)});
            const auto esp = parse_esp(captured);
            ASSERT_TRUE(esp);
            EXPECT_EQ(esp->spi, 0x701U);
            EXPECT_EQ(esp->sequence, 7U);
            EXPECT_EQ(esp->packet.size(), 80U);
            EXPECT_EQ(esp->packet.data() + 80, captured.data() + packet.size());
            EXPECT_EQ(esp->udp, name.find("NAT-T") == 0);
            EXPECT_FALSE(esp->truncated);
        }
        for (std::size_t size = 0; size < packet.size(); ++size) {
            const auto esp = parse_esp(PacketView(packet).first(size));
            ASSERT_EQ(static_cast<bool>(esp), size + 72 >= packet.size()) << size;
            if (!esp)
                continue;
            EXPECT_TRUE(esp->truncated);
            EXPECT_EQ(esp->spi, 0x701U);
            EXPECT_EQ(esp->packet.size(), size + 80 - packet.size());
        }
    }
}

TEST(Packet, WhatIsNoEsp)
{
    const auto natt = [](const wp::Octets &payload, unsigned from = 4500, unsigned to = 4500) {
        return wp::ip4(wp::route4(), 17, wp::udp(wp::route4(), payload, from, to, false));
    };
    EXPECT_TRUE(parse_esp(natt(wp::esp(256, 1, 40))));
    EXPECT_FALSE(parse_esp(natt(wp::esp(255, 1, 40)))); // reserved
    EXPECT_FALSE(parse_esp(natt(wp::esp(0, 1, 40))));   // IKE
    EXPECT_FALSE(parse_esp(natt({0xff})));              // keep-alive
    EXPECT_FALSE(parse_esp(natt(wp::esp(0x10000, 1, 40), 500, 501)));
    EXPECT_TRUE(parse_esp(natt(wp::esp(0x10000, 1, 40), 500, 501), 501));
    EXPECT_FALSE(parse_esp(natt(wp::Octets{0, 1, 0, 0, 0, 0, 1})));
    EXPECT_FALSE(parse_esp(wp::ip4(wp::route4(), 51, wp::esp(0x701, 1, 40))));
    EXPECT_FALSE(parse_esp(wp::ip4(wp::route4(), 50, wp::esp(1, 1, 40))));

    auto lying = natt(wp::esp(0x701, 1, 40));
    wp::put16(lying, 24, 49); // one more than the IP packet has
    EXPECT_FALSE(parse_esp(lying));
    wp::put16(lying, 24, 7);
    EXPECT_FALSE(parse_esp(lying));
    wp::put16(lying, 24, 40); // fewer: the rest is no part of it
    ASSERT_TRUE(parse_esp(lying));
    EXPECT_EQ(parse_esp(lying)->packet.size(), 32U);
}

TEST(Packet, FragmentsOfEsp)
{
    const auto first = wp::ip4(wp::route4(), 50, wp::esp(0x701, 9, 80), 0x2000);
    ASSERT_TRUE(parse_esp(first));
    EXPECT_TRUE(parse_esp(first)->truncated);
    EXPECT_EQ(parse_esp(first)->sequence, 9U);
    EXPECT_FALSE(parse_esp(wp::ip4(wp::route4(), 50, wp::esp(0x701, 9, 80), 0x0001)));
    // UDP's length is that of the whole datagram.
    auto udp = wp::udp(wp::route4(), wp::esp(0x701, 9, 80), 4500, 4500, false);
    wp::put16(udp, 4, 3000);
    const auto natt = parse_esp(wp::ip4(wp::route4(), 17, udp, 0x2000));
    ASSERT_TRUE(natt);
    EXPECT_TRUE(natt->truncated);
    EXPECT_EQ(natt->packet.size(), 80U);
}

TEST(Packet, CutAtEveryLength)
{
    for_all_packets([](const wp::Octets &bytes) {
        for (std::size_t size = 0; size <= bytes.size(); ++size)
            take_apart(
                wp::Octets(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    });
}

TEST(Packet, EveryByteChanged)
{
    for_all_packets([](const wp::Octets &bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            for (const std::uint8_t value :
                 wp::Octets{0x00, 0x01, 0x04, 0x29, 0x2f, 0x7f, 0x80, 0xff}) {
                auto changed = bytes;
                changed[i] = value;
                take_apart(changed);
            }
    });
}

} // namespace ct::test

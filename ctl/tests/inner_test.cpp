// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include <gtest/gtest.h>

#include "capture/packet.h"
#include "wire_packets.h"

namespace ct::test {

namespace wp = wire_packets;

namespace {

const wp::Text &text_named(const std::string &name)
{
    static const auto all = wp::texts();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const wp::Text &text) { return text.name == name; });
    return found == all.end() ? all.front() : *found;
}

InnerView inner_of(const wp::Text &text)
{
    return parse_inner(text.bytes, wp::outer_of(text.outer));
}

// The fault of a text with a byte of the innermost packet changed.
InnerFault fault_with(const wp::Text &text, std::size_t from_l4)
{
    wp::Octets bytes = text.bytes;
    bytes.at(inner_of(text).l4 + from_l4) ^= 0x10U;
    return parse_inner(bytes, wp::outer_of(text.outer)).fault;
}

void inner_within(const InnerView &view, std::size_t size)
{
    ASSERT_LE(view.l4, view.payload);
    ASSERT_LE(view.payload, view.end);
    ASSERT_LE(view.end, size);
}

} // namespace

TEST(Inner, EveryTextIsRight)
{
    for (const auto &text : wp::texts()) {
        SCOPED_TRACE(text.name);
        const InnerView view = inner_of(text);
        EXPECT_EQ(view.fault, InnerFault::None);
        EXPECT_EQ(view.checked, text.checked);
        EXPECT_EQ(view.next_header, text.bytes.back());
        EXPECT_FALSE(view.truncated);
        inner_within(view, text.bytes.size());
    }
}

TEST(Inner, OneWrongByteIsSeen)
{
    for (const auto &text : wp::texts()) {
        const InnerView view = inner_of(text);
        if (!text.checked)
            continue;
        for (std::size_t i = view.payload; i < view.end; ++i)
            for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
                auto bytes = text.bytes;
                bytes[i] ^= static_cast<std::uint8_t>(change);
                const InnerView wrong = parse_inner(bytes, wp::outer_of(text.outer));
                EXPECT_NE(wrong.fault, InnerFault::None) << text.name << ", byte " << i;
                EXPECT_TRUE(wrong.checked) << text.name << ", byte " << i;
            }
    }
}

TEST(Inner, WhatIsThere)
{
    InnerView view = inner_of(text_named("tcp, options, blocks"));
    EXPECT_EQ(view.protocol, 6);
    EXPECT_EQ(view.source_port, 45678);
    EXPECT_EQ(view.destination_port, 7000);
    EXPECT_EQ(view.tcp_sequence, 0x89abcdefU);
    EXPECT_EQ(view.tcp_flags, 0x18);
    EXPECT_EQ(view.l4, 0U);
    EXPECT_EQ(view.payload, 32U);
    EXPECT_EQ(view.end, 81U);
    EXPECT_EQ(view.padding, 13U);
    EXPECT_EQ(address_text(view.source), "10.9.0.1");

    view = inner_of(text_named("tunnel with hidden length"));
    EXPECT_EQ(view.next_header, 4);
    EXPECT_EQ(view.protocol, 6);
    EXPECT_EQ(address_text(view.destination), "192.168.77.200");
    EXPECT_EQ(view.l4, 20U);
    EXPECT_EQ(view.payload, 40U);
    EXPECT_EQ(view.end, 40U + 49U);

    view = inner_of(text_named("gre with all fields"));
    EXPECT_EQ(view.next_header, 47);
    EXPECT_EQ(view.protocol, 6);
    EXPECT_EQ(view.l4, 16U + 20U);
    EXPECT_EQ(view.destination_port, 7000);

    view = inner_of(text_named("icmp"));
    EXPECT_EQ(view.icmp_type, 8);
    EXPECT_EQ(view.source_port, 0x0bad);
    EXPECT_EQ(view.destination_port, 0x0bad);
    EXPECT_EQ(view.icmp_sequence, 42);
    EXPECT_EQ(view.payload, 8U);

    view = inner_of(text_named("icmpv6"));
    EXPECT_EQ(view.icmp_type, 128);
    EXPECT_EQ(view.icmp_sequence, 43);

    view = inner_of(text_named("tunnel of a fragment"));
    EXPECT_EQ(view.protocol, 17);
    EXPECT_EQ(view.source_port, 0); // not looked for
    EXPECT_EQ(view.payload, 20U);
}

TEST(Inner, EachFaultByItsName)
{
    EXPECT_EQ(fault_with(text_named("tcp"), 30), InnerFault::TcpChecksum);
    EXPECT_EQ(fault_with(text_named("tcp over IPv6"), 30), InnerFault::TcpChecksum);
    EXPECT_EQ(fault_with(text_named("udp"), 30), InnerFault::UdpChecksum);
    EXPECT_EQ(fault_with(text_named("udp over IPv6"), 30), InnerFault::UdpChecksum);
    EXPECT_EQ(fault_with(text_named("icmp"), 30), InnerFault::IcmpChecksum);
    EXPECT_EQ(fault_with(text_named("icmpv6"), 30), InnerFault::IcmpChecksum);
    EXPECT_EQ(fault_with(text_named("gre"), 30), InnerFault::TcpChecksum);
    EXPECT_EQ(fault_with(text_named("gre with all fields"), 30), InnerFault::GreChecksum);
    EXPECT_EQ(fault_with(text_named("tunnel"), 30), InnerFault::TcpChecksum);
    EXPECT_EQ(fault_with(text_named("udp without a checksum"), 30), InnerFault::None);

    auto tunnel = text_named("tunnel");
    tunnel.bytes[8] ^= 1U; // the hop limit
    EXPECT_EQ(inner_of(tunnel).fault, InnerFault::IpChecksum);
    EXPECT_TRUE(inner_of(tunnel).checked);
    tunnel.bytes[60] ^= 1U; // the first one is told
    EXPECT_EQ(inner_of(tunnel).fault, InnerFault::IpChecksum);
    tunnel.bytes[tunnel.bytes.size() - 3] ^= 1U;
    EXPECT_EQ(inner_of(tunnel).fault, InnerFault::Padding);
    EXPECT_EQ(inner_of(tunnel).tcp_sequence, 0x89abcdefU);
}

TEST(Inner, AddressesOfTheOuterHeaderCount)
{
    for (const char *const name : {"tcp", "udp", "tcp over IPv6", "udp over IPv6", "icmpv6"}) {
        auto text = text_named(name);
        text.outer.source.back() ^= 5U; // as a NAT has it
        EXPECT_NE(inner_of(text).fault, InnerFault::None) << name;
    }
    for (const char *const name : {"icmp", "tunnel", "gre"}) {
        auto text = text_named(name);
        text.outer.source.back() ^= 5U;
        EXPECT_EQ(inner_of(text).fault, InnerFault::None) << name;
    }
    // Checksums are of the final destination, which is not looked for.
    const auto &text = text_named("tcp over IPv6");
    IpHeader outer = wp::outer_of(text.outer);
    outer.destination.bytes[9] = 9;
    outer.routed = true;
    EXPECT_EQ(parse_inner(text.bytes, outer).fault, InnerFault::None);
    EXPECT_FALSE(parse_inner(text.bytes, outer).checked);
}

TEST(Inner, Malformed)
{
    const IpHeader outer = wp::outer_of(wp::route4());
    const auto fault = [&](const wp::Octets &text) {
        return parse_inner(text, outer).fault;
    };
    EXPECT_EQ(fault({}), InnerFault::Malformed);
    EXPECT_EQ(fault({6}), InnerFault::Malformed);
    EXPECT_EQ(fault({1, 2, 3, 6}), InnerFault::Malformed); // more padding than there is
    EXPECT_EQ(fault({0, 6}), InnerFault::Malformed);       // no TCP header
    EXPECT_EQ(fault({0, 58}), InnerFault::Malformed);      // ICMPv6 over IPv4
    EXPECT_EQ(fault(wp::trailed(wp::Octets(8), 17)), InnerFault::Malformed); // UDP of size 0

    auto tcp = text_named("tcp").bytes;
    tcp[12] = 0x40; // a header of 16 bytes
    EXPECT_EQ(fault(tcp), InnerFault::Malformed);
    tcp[12] = 0xf0;
    EXPECT_EQ(fault(wp::trailed(wp::Octets(tcp.begin(), tcp.begin() + 24), 6)),
              InnerFault::Malformed);
    auto udp = text_named("udp").bytes;
    wp::put16(udp, 4, 4000);
    EXPECT_EQ(fault(udp), InnerFault::Malformed);
    auto tunnel = text_named("tunnel").bytes;
    tunnel.back() = 41; // IPv4 in it
    EXPECT_EQ(fault(tunnel), InnerFault::Malformed);
    tunnel.back() = 4;
    wp::put16(tunnel, 2, 4000);
    EXPECT_EQ(fault(tunnel), InnerFault::IpChecksum); // before its length
    auto gre = text_named("gre").bytes;
    gre[0] = 0x40; // with routing
    EXPECT_EQ(fault(gre), InnerFault::Malformed);
    gre[0] = 0;
    gre[1] = 1; // another version
    EXPECT_EQ(fault(gre), InnerFault::Malformed);
    EXPECT_EQ(fault(wp::trailed(wp::gre(0, 0x6558, wp::Octets(13)), 47)),
              InnerFault::Malformed);
}

TEST(Inner, PacketsOfATap)
{
    const auto packet = wp::ip4(wp::inner4(), 6, wp::tcp(wp::inner4(), wp::Octets(500, 'a')));
    InnerView view = parse_inner_ip(wp::join({packet, wp::Octets(18)}));
    EXPECT_EQ(view.fault, InnerFault::None);
    EXPECT_TRUE(view.checked);
    EXPECT_EQ(view.protocol, 6);
    EXPECT_EQ(view.end, packet.size());

    // Cut by the capture: what is there is told, and nothing is judged.
    view = parse_inner_ip(PacketView(packet).first(64));
    EXPECT_TRUE(view.truncated);
    EXPECT_EQ(view.fault, InnerFault::None);
    EXPECT_FALSE(view.checked);
    EXPECT_EQ(view.tcp_sequence, 0x89abcdefU);
    for (std::size_t size = 20; size < packet.size(); ++size) {
        view = parse_inner_ip(PacketView(packet).first(size));
        EXPECT_EQ(view.fault, InnerFault::None) << size;
        EXPECT_FALSE(view.checked) << size;
        EXPECT_TRUE(view.truncated) << size;
    }
    EXPECT_EQ(parse_inner_ip({}).fault, InnerFault::Malformed);

    const auto udp6 = wp::ip6(wp::route6(), 17, wp::udp(wp::route6(), wp::Octets(7, 'a')));
    EXPECT_TRUE(parse_inner_ip(udp6).checked);
    EXPECT_EQ(parse_inner_ip(udp6).fault, InnerFault::None);
}

TEST(Inner, WhatARawSocketOfIpv6Gives)
{
    const IpHeader outer = wp::outer_of(wp::route6());
    auto icmp = wp::echo6(wp::route6(), wp::Octets(64, 'a'));
    InnerView view = parse_transport(icmp, 58, outer.source, outer.destination);
    EXPECT_EQ(view.fault, InnerFault::None);
    EXPECT_TRUE(view.checked);
    EXPECT_EQ(view.protocol, 58);
    EXPECT_EQ(view.l4, 0U);
    EXPECT_EQ(view.icmp_sequence, 43);
    icmp[40] ^= 1U;
    view = parse_transport(icmp, 58, outer.source, outer.destination);
    EXPECT_EQ(view.fault, InnerFault::IcmpChecksum);
}

// UDP's 0 says "none": a sum that is 0 is sent as 0xffff.
TEST(Inner, ChecksumOfZero)
{
    wp::Octets payload(2);
    const auto before = wp::udp(wp::route4(), payload);
    payload[0] = before[6];
    payload[1] = before[7];
    const auto datagram = wp::udp(wp::route4(), payload);
    ASSERT_EQ(datagram[6], 0xff);
    ASSERT_EQ(datagram[7], 0xff);
    const IpHeader outer = wp::outer_of(wp::route4());
    const InnerView view = parse_transport(datagram, 17, outer.source, outer.destination);
    EXPECT_EQ(view.fault, InnerFault::None);
    EXPECT_TRUE(view.checked);
}

// Each level of a nest costs one checksum over the rest at most so often.
TEST(Inner, DeepNests)
{
    wp::Octets packet = wp::Octets(4);
    while (packet.size() < 4000)
        packet = wp::ip4(wp::route4(), 47, wp::gre(0x8000, 0x0800, packet));
    const InnerView view = parse_inner_ip(packet);
    inner_within(view, packet.size());
    EXPECT_EQ(view.fault, InnerFault::None);
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
// What ESP carries, from one header to the next: parse_inner() and parse_inner_ip() of
// packet.h.
#include <algorithm>
#include <utility>

#include "capture/extension.h"
#include "capture/octets.h"
#include "capture/packet.h"

namespace ct {

namespace {

enum Carried : std::uint8_t {
    carried_icmp = 1,
    carried_ip4 = 4,
    carried_tcp = 6,
    carried_udp = 17,
    carried_ip6 = 41,
    carried_gre = 47,
    carried_icmp6 = 58,
};

constexpr std::size_t tcp_header_min = 20;
constexpr std::size_t datagram_header = 8; // UDP; ICMP and ICMPv6 as far as it is looked at
constexpr unsigned levels_max = 8;         // IP in GRE in IP ...: more are not looked into
constexpr std::uint16_t ethertype_ip4 = 0x0800;
constexpr std::uint16_t ethertype_ip6 = 0x86dd;
constexpr std::uint16_t ethertype_vlan = 0x8100;
constexpr std::uint16_t ethertype_bridged = 0x6558; // GRE with an Ethernet frame
constexpr std::uint16_t ethertype_ppp = 0x880b;     // GRE of PPTP (RFC 2637)
constexpr std::size_t ethernet_header = 14;
constexpr std::size_t vlan_tag = 4;

// One header after the other; the view has what the last one says.
class Descent {
public:
    Descent(InnerView &view, PacketView text) : view_(view), text_(text) {}

    // A packet that was cut ends before its lengths say, which is then no fault.
    void go(std::size_t begin, std::size_t end, std::uint8_t protocol, bool may_be_cut);
    void set_routed(bool routed) { routed_ = routed; }

private:
    // Each true if there is another header to look at.
    [[nodiscard]] bool step();
    [[nodiscard]] bool internet(bool v6);
    [[nodiscard]] bool extensions();
    [[nodiscard]] bool gre();
    [[nodiscard]] bool carried(std::uint16_t ethertype, std::size_t at);
    void tcp();
    void udp();
    void icmp();

    void blame(InnerFault fault)
    {
        if (view_.fault == InnerFault::None)
            view_.fault = fault;
    }
    // Too few bytes for what a header says.
    void too_short()
    {
        if (!view_.truncated)
            blame(InnerFault::Malformed);
    }
    // pseudo: the sum of its pseudo header.
    void check(std::uint64_t pseudo, InnerFault fault);
    [[nodiscard]] std::uint64_t pseudo_header() const;
    [[nodiscard]] PacketView rest() const { return text_.subspan(begin_, end_ - begin_); }

    InnerView &view_;
    PacketView text_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint8_t protocol_ = 0;
    bool may_be_cut_ = false; // the next IP header's packet
    bool routed_ = false;
};

void Descent::go(std::size_t begin, std::size_t end, std::uint8_t protocol, bool may_be_cut)
{
    begin_ = begin;
    end_ = end;
    protocol_ = protocol;
    may_be_cut_ = may_be_cut;
    unsigned level = 0;
    do {
        view_.protocol = protocol_;
        view_.l4 = begin_;
        view_.payload = begin_;
        view_.end = end_;
        ++level;
    } while (level <= levels_max && step());
}

bool Descent::step()
{
    switch (protocol_) {
    case carried_ip4:
        return internet(false);
    case carried_ip6:
        return internet(true);
    case carried_gre:
        return gre();
    case carried_tcp:
        tcp();
        return false;
    case carried_udp:
        udp();
        return false;
    case carried_icmp:
    case carried_icmp6:
        icmp();
        return false;
    default:
        return view_.source.v6 && is_extension(protocol_) && extensions();
    }
}

bool Descent::internet(bool v6)
{
    const auto ip = parse_ip(rest());
    if (!ip || ip->source.v6 != v6) {
        too_short();
        return false;
    }
    if (!ip->checksum_good)
        blame(InnerFault::IpChecksum);
    if (ip->size > end_ - begin_) {
        view_.truncated = view_.truncated || may_be_cut_;
        too_short();
        if (!view_.truncated)
            return false;
    }
    may_be_cut_ = false;
    view_.source = ip->source;
    view_.destination = ip->destination;
    routed_ = ip->routed;
    // What is behind it pads an Ethernet frame, or hides the length (RFC 4303, 2.7).
    end_ = std::min(end_, begin_ + ip->size);
    begin_ += ip->payload;
    protocol_ = ip->protocol;
    if (!ip->fragment)
        return true;
    view_.protocol = protocol_;
    view_.l4 = view_.payload = begin_;
    view_.end = end_;
    return false;
}

// Of transport mode: those that the sender put behind the ESP header.
bool Descent::extensions()
{
    const auto found = skip_extensions(text_.first(end_), begin_, protocol_);
    if (!found) {
        too_short();
        return false;
    }
    routed_ = routed_ || found->routed;
    begin_ = found->next;
    protocol_ = found->protocol;
    if (!found->fragment)
        return true;
    view_.protocol = protocol_;
    view_.l4 = view_.payload = begin_;
    return false;
}

// RFC 2784 and 2890.
bool Descent::gre()
{
    constexpr unsigned with_checksum = 0x8000;
    constexpr unsigned with_routing = 0x4000;
    constexpr unsigned with_key = 0x2000;
    constexpr unsigned with_sequence = 0x1000;
    constexpr unsigned version = 0x0007;
    constexpr std::size_t field = 4;

    const PacketView header = rest();
    if (header.size() < field) {
        too_short();
        return false;
    }
    const unsigned flags = big16(header, 0);
    const std::uint16_t ethertype = big16(header, 2);
    if ((flags & version) == 1 && ethertype == ethertype_ppp)
        return false;
    if ((flags & (version | with_routing)) != 0) {
        blame(InnerFault::Malformed);
        return false;
    }
    std::size_t size = field;
    for (const unsigned option : {with_checksum, with_key, with_sequence})
        size += (flags & option) != 0 ? field : 0;
    if (size > header.size()) {
        too_short();
        return false;
    }
    if ((flags & with_checksum) != 0)
        check(0, InnerFault::GreChecksum);
    view_.payload = begin_ + size;
    return carried(ethertype, begin_ + size);
}

bool Descent::carried(std::uint16_t ethertype, std::size_t at)
{
    if (ethertype == ethertype_bridged) {
        if (end_ - at < ethernet_header) {
            too_short();
            return false;
        }
        at += ethernet_header;
        ethertype = big16(text_, at - 2);
        if (ethertype == ethertype_vlan) {
            if (end_ - at < vlan_tag) {
                too_short();
                return false;
            }
            at += vlan_tag;
            ethertype = big16(text_, at - 2);
        }
    }
    if (ethertype != ethertype_ip4 && ethertype != ethertype_ip6)
        return false;
    begin_ = at;
    protocol_ = ethertype == ethertype_ip4 ? carried_ip4 : carried_ip6;
    return true;
}

void Descent::tcp()
{
    const PacketView header = rest();
    if (header.size() < tcp_header_min) {
        too_short();
        return;
    }
    view_.source_port = big16(header, 0);
    view_.destination_port = big16(header, 2);
    view_.tcp_sequence = big32(header, 4);
    view_.tcp_flags = header[13];
    const std::size_t size = std::size_t{4} * (header[12] >> 4U);
    if (size < tcp_header_min) {
        blame(InnerFault::Malformed);
        return;
    }
    if (size > header.size()) {
        too_short();
        return;
    }
    view_.payload = begin_ + size;
    check(pseudo_header(), InnerFault::TcpChecksum);
}

void Descent::udp()
{
    const PacketView header = rest();
    if (header.size() < datagram_header) {
        too_short();
        return;
    }
    view_.source_port = big16(header, 0);
    view_.destination_port = big16(header, 2);
    const std::size_t size = big16(header, 4);
    if (size < datagram_header) {
        blame(InnerFault::Malformed);
        return;
    }
    view_.payload = begin_ + datagram_header;
    if (size > header.size()) {
        too_short();
        return;
    }
    end_ = view_.end = begin_ + size;
    // 0: the sender made none, as it may with tunnels over IPv6, too (RFC 6935).
    if (big16(header, 6) != 0)
        check(pseudo_header(), InnerFault::UdpChecksum);
}

void Descent::icmp()
{
    constexpr std::uint8_t echo_reply = 0;
    constexpr std::uint8_t echo = 8;
    constexpr std::uint8_t echo6 = 128;
    constexpr std::uint8_t echo6_reply = 129;

    const bool v6 = protocol_ == carried_icmp6;
    if (v6 != view_.source.v6) {
        blame(InnerFault::Malformed);
        return;
    }
    const PacketView header = rest();
    if (header.size() < datagram_header) {
        too_short();
        return;
    }
    view_.icmp_type = header[0];
    if (v6 ? header[0] == echo6 || header[0] == echo6_reply
           : header[0] == echo || header[0] == echo_reply) {
        view_.source_port = view_.destination_port = big16(header, 4);
        view_.icmp_sequence = big16(header, 6);
    }
    view_.payload = begin_ + datagram_header;
    check(v6 ? pseudo_header() : 0, InnerFault::IcmpChecksum);
}

std::uint64_t Descent::pseudo_header() const
{
    const std::size_t size = view_.source.v6 ? 16 : 4;
    return word_sum(PacketView(view_.source.bytes).first(size)) +
           word_sum(PacketView(view_.destination.bytes).first(size)) + word_of(protocol_) +
           word_of(end_ - begin_);
}

void Descent::check(std::uint64_t pseudo, InnerFault fault)
{
    if (view_.truncated || (routed_ && pseudo != 0))
        return;
    view_.checked = true;
    if (!sum_good(word_sum(rest()) + pseudo))
        blame(fault);
}

} // namespace

InnerView parse_inner(PacketView text, const IpHeader &outer)
{
    constexpr std::size_t trailer = 2; // length of the padding, next header

    InnerView view;
    view.source = outer.source;
    view.destination = outer.destination;
    if (text.size() < trailer) {
        view.fault = InnerFault::Malformed;
        return view;
    }
    view.next_header = text.back();
    view.protocol = view.next_header;
    view.padding = text[text.size() - trailer];
    std::size_t end = text.size() - trailer;
    if (view.padding > end) {
        view.fault = InnerFault::Malformed;
        view.padding = end;
        view.end = end;
        return view;
    }
    end -= view.padding;
    for (std::size_t i = 0; i < view.padding; ++i)
        if (text[end + i] != i + 1)
            view.fault = InnerFault::Padding;
    Descent descent(view, text);
    descent.set_routed(outer.routed);
    descent.go(0, end, view.next_header, false);
    return view;
}

InnerView parse_inner_ip(PacketView bytes)
{
    InnerView view;
    if (bytes.empty()) {
        view.fault = InnerFault::Malformed;
        return view;
    }
    Descent(view, bytes)
        .go(0, bytes.size(), bytes[0] >> 4U == 6 ? carried_ip6 : carried_ip4, true);
    return view;
}

InnerView parse_transport(PacketView l4, std::uint8_t protocol, const Address &source,
                          const Address &destination)
{
    InnerView view;
    view.source = source;
    view.destination = destination;
    Descent(view, l4).go(0, l4.size(), protocol, false);
    return view;
}

} // namespace ct

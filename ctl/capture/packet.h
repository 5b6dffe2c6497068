// SPDX-License-Identifier: GPL-2.0-or-later
// Packets taken apart without any trust in their lengths: IPv4, IPv6, UDP and ESP. What is
// inside ESP: GRE, Ethernet in it, IPv4, IPv6, TCP, UDP, ICMP and ICMPv6. Never reads outside
// of the bytes given.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "capture/octets.h"

namespace ct {

// IPv4 in the first four bytes, or IPv6.
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    bool v6 = false;

    // NOLINTNEXTLINE(modernize-use-nullptr,readability-implicit-bool-conversion)
    friend auto operator<=>(const Address &, const Address &) = default;
};
[[nodiscard]] std::string address_text(const Address &address);
[[nodiscard]] std::optional<Address> parse_address(const std::string &text);

// An IP header, options and IPv6 extension headers included; offsets in the bytes given.
struct IpHeader {
    Address source;
    Address destination;
    std::uint8_t protocol = 0; // of what follows: 6, 17, 1, 58, 47, 50, 4, 41
    std::uint8_t hop_limit = 0;
    std::uint16_t id = 0;    // of IPv4
    std::size_t payload = 0; // where it begins
    std::size_t size = 0;    // whole packet, as the header says it; may exceed what is captured
    bool fragment = false;   // not the whole datagram
    std::uint16_t fragment_offset = 0; // bytes
    bool routed = false;       // IPv6 with another final destination, which checksums are of
    bool checksum_good = true; // of the IPv4 header
};
[[nodiscard]] std::optional<IpHeader> parse_ip(PacketView bytes);

// An ESP packet on the wire.
struct EspView {
    IpHeader outer;
    bool udp = false; // behind UDP (RFC 3948)
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint32_t spi = 0;
    std::uint32_t sequence = 0; // lower half
    PacketView packet;          // from the SPI to the end of the ICV
    bool truncated = false;     // the capture, or this fragment, does not have all of it
};
// bytes: from the IP header on. Nothing: not ESP (an IKE packet or keep-alive on port 4500
// among these), or a fragment other than the first. natt_port: of UDP that holds ESP, on
// either side.
[[nodiscard]] std::optional<EspView> parse_esp(PacketView bytes,
                                               std::uint16_t natt_port = 4500);

enum class InnerFault {
    None,
    Malformed, // lengths or versions that contradict each other
    Padding,   // not 1, 2, 3, ...
    IpChecksum,
    TcpChecksum,
    UdpChecksum,
    IcmpChecksum,
    GreChecksum,
};

// What an opened packet holds, down to the innermost TCP, UDP or ICMP.
struct InnerView {
    InnerFault fault = InnerFault::None; // the first, from the outside
    bool checked = false;   // some checksum covers the payload and was verified: right or not
    bool truncated = false; // parse_inner_ip() alone: bytes are missing, nothing is checked
    std::uint8_t next_header = 0; // of the ESP trailer
    Address source;               // innermost; of transport mode the outer ones
    Address destination;
    std::uint8_t protocol = 0;
    std::uint16_t source_port = 0; // TCP, UDP; ICMP echo: its identifier in both
    std::uint16_t destination_port = 0;
    std::uint32_t tcp_sequence = 0;
    std::uint8_t tcp_flags = 0;
    std::uint8_t icmp_type = 0;
    std::uint16_t icmp_sequence = 0;
    std::size_t l4 = 0;      // offsets in the text: header of TCP, UDP or ICMP
    std::size_t payload = 0; // of these
    std::size_t end = 0;     // of the innermost packet
    std::size_t padding = 0; // bytes of ESP padding
};
// text: opened, with padding and trailer. outer: addresses for a transport-mode checksum.
[[nodiscard]] InnerView parse_inner(PacketView text, const IpHeader &outer);
// An inner IP packet as a raw socket or tap gives it, or one without ESP.
[[nodiscard]] InnerView parse_inner_ip(PacketView bytes);
// What follows the IP header, as a raw socket of IPv6 gives it; next_header is not filled.
[[nodiscard]] InnerView parse_transport(PacketView l4, std::uint8_t protocol,
                                        const Address &source, const Address &destination);

} // namespace ct

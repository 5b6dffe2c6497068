// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of a tunnel between two hosts, made by hand for the tests of esp/.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/ring.h"
#include "esp/judge.h"
#include "esp/tunnel_sa.h"
#include "traffic/tap.h"

namespace ct::test {

using ByteVector = std::vector<std::uint8_t>;

inline Address v4(unsigned last)
{
    Address address;
    address.bytes = {10, 0, 0, static_cast<std::uint8_t>(last)};
    return address;
}

inline void put16(ByteVector &bytes, std::size_t place, std::uint32_t value)
{
    bytes.at(place) = static_cast<std::uint8_t>(value >> 8U);
    bytes.at(place + 1) = static_cast<std::uint8_t>(value);
}

inline void put32(ByteVector &bytes, std::size_t place, std::uint32_t value)
{
    put16(bytes, place, value >> 16U);
    put16(bytes, place + 2, value & 0xffffU);
}

inline std::uint32_t ones_sum(const ByteVector &bytes, std::uint32_t sum = 0)
{
    for (std::size_t place = 0; place < bytes.size(); ++place)
        sum += place % 2 == 0 ? bytes[place] * 256U : bytes[place];
    while (sum > 0xffff)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return sum;
}

// Header and checksum of the transport protocol around a payload, as it is sent.
inline ByteVector transport(std::uint8_t protocol, const Address &from, const Address &to,
                            ByteVector header, std::size_t checksum_at,
                            const ByteVector &payload)
{
    header.insert(header.end(), payload.begin(), payload.end());
    std::uint32_t sum = 0;
    if (protocol != 1) {
        ByteVector pseudo(from.bytes.begin(), from.bytes.begin() + 4);
        pseudo.insert(pseudo.end(), to.bytes.begin(), to.bytes.begin() + 4);
        sum = ones_sum(pseudo) + protocol + static_cast<std::uint32_t>(header.size());
    }
    put16(header, checksum_at, ~ones_sum(header, sum) & 0xffffU);
    return header;
}

inline ByteVector udp(const Address &from, const Address &to, std::uint16_t port,
                      const ByteVector &payload)
{
    ByteVector header(8);
    put16(header, 0, port);
    put16(header, 2, port);
    put16(header, 4, static_cast<std::uint32_t>(8 + payload.size()));
    return transport(17, from, to, header, 6, payload);
}

inline ByteVector tcp(const Address &from, const Address &to, std::uint16_t port,
                      std::uint32_t sequence, std::uint32_t acknowledged, std::uint8_t flags,
                      const ByteVector &payload)
{
    ByteVector header(20);
    put16(header, 0, port);
    put16(header, 2, port);
    put32(header, 4, sequence);
    put32(header, 8, acknowledged);
    header[12] = 0x50;
    header[13] = flags;
    put16(header, 14, 1000);
    return transport(6, from, to, header, 16, payload);
}

inline ByteVector datagram(const FlowPlan &flow, std::uint64_t number, std::size_t size)
{
    const Content content(flow.seed, content_number(flow.kind, flow.number, false));
    ByteVector payload(size);
    for (std::size_t place = 0; place < datagram_head; ++place)
        payload.at(place) = static_cast<std::uint8_t>(number >> (8 * (7 - place)));
    const auto right = content.at(Content::place_of(number), size - datagram_head);
    std::copy(right.begin(), right.end(), payload.begin() + datagram_head);
    return payload;
}

// The text of transport mode: padded, with its trailer.
inline ByteVector esp_text(const TunnelSa &sa, ByteVector l4, std::uint8_t next_header)
{
    std::uint8_t padding = 0;
    while ((l4.size() + 2) % sa.align() != 0)
        l4.push_back(++padding);
    l4.push_back(padding);
    l4.push_back(next_header);
    return l4;
}

// SPI to ICV.
inline ByteVector esp_packet(const TunnelSa &sa, std::uint64_t sequence, const ByteVector &text)
{
    ByteVector packet(sa.cipher.head_size());
    put32(packet, 0, sa.sa.spi);
    put32(packet, 4, static_cast<std::uint32_t>(sequence));
    for (std::size_t place = 8; place < packet.size(); ++place)
        packet[place] = static_cast<std::uint8_t>(sequence * 31 + place * 7);
    packet.insert(packet.end(), text.begin(), text.end());
    packet.resize(packet.size() + sa.cipher.icv_size());
    sa.cipher.seal(packet, static_cast<std::uint32_t>(sequence >> 32U));
    return packet;
}

// From the IP header on.
inline ByteVector ip_packet(const TunnelSa &sa, const ByteVector &esp)
{
    ByteVector bytes(20);
    bytes[0] = 0x45;
    put16(bytes, 2, static_cast<std::uint32_t>(20 + esp.size()));
    bytes[8] = 64;
    bytes[9] = 50;
    std::copy_n(sa.sa.source.bytes.begin(), 4, bytes.begin() + 12);
    std::copy_n(sa.sa.destination.bytes.begin(), 4, bytes.begin() + 16);
    put16(bytes, 10, ~ones_sum(bytes) & 0xffffU);
    bytes.insert(bytes.end(), esp.begin(), esp.end());
    return bytes;
}

} // namespace ct::test

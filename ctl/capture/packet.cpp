// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/packet.h"

#include <algorithm>

#include <arpa/inet.h>

#include "capture/extension.h"
#include "capture/octets.h"

namespace ct {

namespace {

constexpr std::uint8_t protocol_of_udp = 17;
constexpr std::uint8_t protocol_of_esp = 50;
constexpr std::size_t ip4_header_min = 20;
constexpr std::size_t ip6_header_size = 40;
constexpr std::size_t udp_header_size = 8;
constexpr std::size_t esp_header_size = 8;
constexpr std::uint32_t spi_first = 256; // those before are reserved; 0 marks IKE

std::optional<IpHeader> parse_ip4(PacketView bytes)
{
    if (bytes.size() < ip4_header_min)
        return std::nullopt;
    IpHeader ip;
    ip.payload = std::size_t{4} * (bytes[0] & 0x0fU);
    ip.size = big16(bytes, 2);
    if (ip.payload < ip4_header_min || ip.payload > bytes.size() || ip.size < ip.payload)
        return std::nullopt;
    ip.id = big16(bytes, 4);
    const std::uint16_t where = big16(bytes, 6);
    ip.fragment = (where & 0x3fffU) != 0; // offset, or more to follow
    ip.fragment_offset = static_cast<std::uint16_t>((where & 0x1fffU) * 8U);
    ip.hop_limit = bytes[8];
    ip.protocol = bytes[9];
    std::copy_n(bytes.begin() + 12, 4, ip.source.bytes.begin());
    std::copy_n(bytes.begin() + 16, 4, ip.destination.bytes.begin());
    ip.checksum_good = sum_good(word_sum(bytes.first(ip.payload)));
    return ip;
}

std::optional<IpHeader> parse_ip6(PacketView bytes)
{
    if (bytes.size() < ip6_header_size)
        return std::nullopt;
    IpHeader ip;
    ip.size = ip6_header_size + big16(bytes, 4);
    ip.hop_limit = bytes[7];
    ip.source.v6 = ip.destination.v6 = true;
    std::copy_n(bytes.begin() + 8, 16, ip.source.bytes.begin());
    std::copy_n(bytes.begin() + 24, 16, ip.destination.bytes.begin());
    const auto extensions = skip_extensions(bytes.first(std::min(bytes.size(), ip.size)),
                                            ip6_header_size, bytes[6]);
    if (!extensions)
        return std::nullopt;
    ip.payload = extensions->next;
    ip.protocol = extensions->protocol;
    ip.fragment = extensions->fragment;
    ip.fragment_offset = extensions->fragment_offset;
    ip.routed = extensions->routed;
    return ip;
}

} // namespace

std::string address_text(const Address &address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(),
                  text.size()) == nullptr)
        return {};
    return text.data();
}

std::optional<Address> parse_address(const std::string &text)
{
    Address address;
    if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1)
        return address;
    address.bytes = {};
    address.v6 = true;
    if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1)
        return address;
    return std::nullopt;
}

std::optional<IpHeader> parse_ip(PacketView bytes)
{
    if (bytes.empty())
        return std::nullopt;
    switch (bytes[0] >> 4U) {
    case 4:
        return parse_ip4(bytes);
    case 6:
        return parse_ip6(bytes);
    default:
        return std::nullopt;
    }
}

std::optional<EspView> parse_esp(PacketView bytes, std::uint16_t natt_port)
{
    const auto ip = parse_ip(bytes);
    if (!ip || ip->fragment_offset != 0)
        return std::nullopt;
    EspView esp;
    esp.outer = *ip;
    std::size_t begin = ip->payload;
    std::size_t end = ip->size; // as the headers say it
    if (ip->protocol == protocol_of_udp) {
        if (bytes.size() < begin + udp_header_size)
            return std::nullopt;
        esp.udp = true;
        esp.source_port = big16(bytes, begin);
        esp.destination_port = big16(bytes, begin + 2);
        if (esp.source_port != natt_port && esp.destination_port != natt_port)
            return std::nullopt;
        const std::size_t size = big16(bytes, begin + 4);
        if (size < udp_header_size || (size > end - begin && !ip->fragment))
            return std::nullopt;
        end = begin + size;
        begin += udp_header_size;
    } else if (ip->protocol != protocol_of_esp) {
        return std::nullopt;
    }
    // A keep-alive is one byte.
    if (end < begin + esp_header_size || bytes.size() < begin + esp_header_size)
        return std::nullopt;
    esp.spi = big32(bytes, begin);
    esp.sequence = big32(bytes, begin + 4);
    if (esp.spi < spi_first)
        return std::nullopt;
    // An Ethernet frame may have padding behind the packet.
    esp.truncated = ip->fragment || end > bytes.size();
    end = std::min({end, bytes.size(), ip->size});
    if (end < begin + esp_header_size) // a first fragment with next to nothing
        return std::nullopt;
    esp.packet = bytes.subspan(begin, end - begin);
    return esp;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/extension.h"

namespace ct {

namespace {

constexpr std::uint8_t hop_by_hop_options = 0;
constexpr std::uint8_t routing_header = 43;
constexpr std::uint8_t fragment_header = 44;
constexpr std::uint8_t destination_options = 60;
constexpr std::size_t extension_unit = 8; // bytes; also the shortest of them

} // namespace

bool is_extension(std::uint8_t protocol)
{
    return protocol == hop_by_hop_options || protocol == routing_header ||
           protocol == fragment_header || protocol == destination_options;
}

std::optional<Extensions> skip_extensions(PacketView bytes, std::size_t begin,
                                          std::uint8_t protocol)
{
    Extensions result;
    result.protocol = protocol;
    result.next = begin;
    // What follows the header of a later fragment is no header.
    while (is_extension(result.protocol) && result.fragment_offset == 0) {
        if (result.next > bytes.size() || bytes.size() - result.next < extension_unit)
            return std::nullopt;
        const PacketView header = bytes.subspan(result.next);
        std::size_t size = extension_unit;
        if (result.protocol == fragment_header) {
            const std::uint16_t where = big16(header, 2);
            result.fragment_offset = where & 0xfff8U;
            // One that is alone is the whole datagram (RFC 6946).
            result.fragment =
                result.fragment || result.fragment_offset != 0 || (where & 1U) != 0;
        } else {
            size += header[1] * extension_unit;
        }
        if (result.protocol == routing_header && header[3] != 0) // segments left
            result.routed = true;
        if (size > header.size())
            return std::nullopt;
        result.protocol = header[0];
        result.next += size;
    }
    return result;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers in network byte order, and the Internet checksum (RFC 1071). The caller has made sure
// that the bytes are there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ct {

using PacketView = std::span<const std::uint8_t>;

[[nodiscard]] inline std::uint16_t big16(PacketView bytes, std::size_t at)
{
    return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

[[nodiscard]] inline std::uint32_t big32(PacketView bytes, std::size_t at)
{
    return static_cast<std::uint32_t>(big16(bytes, at)) << 16U | big16(bytes, at + 2);
}

// Sums of 16-bit words may be added up in the machine's byte order, and in larger words, as
// long as they are folded at the end. Of an odd number of bytes, a zero follows the last.
[[nodiscard]] inline std::uint64_t word_sum(PacketView bytes)
{
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (; bytes.size() - at >= 8; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof(word));
        sum += (word & 0xffffffffU) + (word >> 32U);
    }
    for (; bytes.size() - at >= 2; at += 2) {
        std::uint16_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof(word));
        sum += word;
    }
    if (at < bytes.size()) {
        const std::array<std::uint8_t, 2> pair{bytes[at], 0};
        std::uint16_t word = 0;
        std::memcpy(&word, pair.data(), sizeof(word));
        sum += word;
    }
    return sum;
}

// A 16-bit number as one of those words.
[[nodiscard]] inline std::uint64_t word_of(std::size_t number)
{
    const std::array<std::uint8_t, 2> pair{static_cast<std::uint8_t>(number >> 8U),
                                           static_cast<std::uint8_t>(number)};
    std::uint16_t word = 0;
    std::memcpy(&word, pair.data(), sizeof(word));
    return word;
}

// Whether the checksum among the bytes summed up is right.
[[nodiscard]] inline bool sum_good(std::uint64_t sum)
{
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return sum == 0xffffU;
}

} // namespace ct

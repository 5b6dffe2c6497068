// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/ledger_entry.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ct {

namespace {

std::uint64_t mix(std::uint64_t sum, std::uint64_t value)
{
    sum ^= value + 0x9e3779b97f4a7c15U + (sum << 6U) + (sum >> 2U);
    return sum * 0xff51afd7ed558ccdU;
}

} // namespace

std::uint64_t content_key(std::uint8_t protocol, PacketView l4)
{
    constexpr std::size_t covered = 20;
    std::uint64_t sum = mix(protocol, l4.size());
    std::array<std::uint8_t, 24> head{};
    std::copy_n(l4.begin(), std::min(covered, l4.size()), head.begin());
    for (std::size_t place = 0; place < head.size(); place += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, head.data() + place, sizeof(word));
        sum = mix(sum, word);
    }
    return sum;
}

std::uint64_t sequence_key(std::uint32_t spi, std::uint32_t sequence)
{
    return static_cast<std::uint64_t>(spi) << 32U | sequence;
}

} // namespace ct

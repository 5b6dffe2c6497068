// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/content.h"

#include <algorithm>
#include <cstring>

extern "C" {
#include "packet/random.h"
}

namespace ct {

namespace {

constexpr std::uint64_t content_stream = 0x74726166666963; // "traffic": of the generator

constexpr bool prime_period(std::uint64_t number)
{
    for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor)
        if (number % divisor == 0)
            return false;
    return true;
}
static_assert(prime_period(Content::period) && Content::period > Content::most);

} // namespace

Content::Content(std::uint64_t seed, std::uint32_t number,
                 const std::vector<std::uint8_t> &pattern)
    : period_(pattern.empty() ? period : pattern.size()), bytes_(period_ + most)
{
    if (pattern.empty()) {
        yt_random random{};
        yt_random_init(&random, seed, content_stream, number);
        yt_random_bytes(&random, bytes_.data(), period_);
    } else {
        std::copy(pattern.begin(), pattern.end(), bytes_.begin());
    }
    for (std::size_t at = period_; at < bytes_.size(); ++at)
        bytes_[at] = bytes_[at - period_];
}

PacketView Content::at(std::uint64_t offset, std::size_t size) const
{
    return PacketView(bytes_).subspan(offset % period_, std::min(size, most));
}

std::uint64_t Content::place_of(std::uint64_t datagram)
{
    // The period in the golden ratio: datagrams in flight together hold different bytes.
    constexpr std::uint64_t stride = 81025;
    return datagram % period * stride;
}

std::optional<std::size_t> Content::differs(PacketView bytes, std::uint64_t offset) const
{
    for (std::size_t done = 0; done < bytes.size();) {
        const PacketView expected = at(offset + done, bytes.size() - done);
        const PacketView actual = bytes.subspan(done, expected.size());
        if (std::memcmp(expected.data(), actual.data(), expected.size()) != 0) {
            // Byte by byte: memcmp() has vector registers, which some faults damage.
            const auto found = std::mismatch(actual.begin(), actual.end(), expected.begin());
            if (found.first != actual.end())
                return done + static_cast<std::size_t>(found.first - actual.begin());
        }
        done += expected.size();
    }
    return std::nullopt;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/showings.h"

#include <algorithm>
#include <cmath>

namespace ct {

void Showings::add(std::uint64_t more, std::uint64_t nanoseconds)
{
    ++count;
    // The chance that showed it may not have been counted yet.
    chances += std::max<std::uint64_t>(more, 1);
    elapsed_ns += nanoseconds;
}

void Showings::add(const Showings &others)
{
    count += others.count;
    chances += others.chances;
    elapsed_ns += others.elapsed_ns;
}

std::uint64_t silence_needed(const Showings &seen, double confidence)
{
    constexpr double largest = 1e18; // within 64 bits, and never reached
    if (seen.count == 0)
        return UINT64_MAX;
    const double times = std::expm1(-std::log1p(-confidence) / static_cast<double>(seen.count));
    const double needed = std::ceil(static_cast<double>(seen.chances) * times);
    if (!(needed < largest))
        return UINT64_MAX;
    return std::max<std::uint64_t>(static_cast<std::uint64_t>(needed), 1);
}

double confidence_of(const Showings &seen, std::uint64_t silence)
{
    if (seen.count == 0)
        return 0;
    const double ratio = static_cast<double>(silence) / static_cast<double>(seen.chances);
    return -std::expm1(-static_cast<double>(seen.count) * std::log1p(ratio));
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/bound.h"

#include <algorithm>
#include <cmath>

namespace ct {

double upper_rate(std::uint64_t trials, double confidence)
{
    if (trials == 0)
        return 1.0;
    return std::min(1.0, -std::log1p(-confidence) / static_cast<double>(trials));
}

std::optional<Bound> bound(std::uint64_t mismatches, std::uint64_t operations,
                           std::uint64_t blocks)
{
    if (mismatches != 0 || operations == 0)
        return std::nullopt;
    Bound result;
    result.per_packet = upper_rate(operations, result.confidence);
    result.per_block = upper_rate(blocks, result.confidence);
    return result;
}

std::vector<TimeToFind> times_to_find(std::uint64_t operations, std::uint64_t elapsed_ns)
{
    if (operations == 0 || elapsed_ns == 0)
        return {};
    const double speed =
        static_cast<double>(operations) * 1e9 / static_cast<double>(elapsed_ns);
    std::vector<TimeToFind> times;
    for (const double rate : {1e-6, 1e-9}) {
        TimeToFind time;
        time.rate = rate;
        time.seconds = -std::log1p(-time.confidence) / rate / speed;
        times.push_back(time);
    }
    return times;
}

} // namespace ct

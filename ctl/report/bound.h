// SPDX-License-Identifier: GPL-2.0-or-later
// What zero mismatches mean: the highest rate that would still have shown
// nothing once in twenty times; and how long a run takes to see a rate.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ct {

struct Bound {
    double per_packet = 1; // probability
    double per_block = 1;  // of 16 bytes
    double confidence = 0.95;
};

// -ln(1 - confidence) / trials, at most 1; about 3 / trials at 95 %.
[[nodiscard]] double upper_rate(std::uint64_t trials, double confidence = 0.95);

// Nothing unless there was no mismatch and at least one operation.
[[nodiscard]] std::optional<Bound> bound(std::uint64_t mismatches, std::uint64_t operations,
                                         std::uint64_t blocks);

struct TimeToFind {
    double rate = 0; // of wrong operations among all
    double seconds = 0;
    double confidence = 0.95;
};

// Of rates that are worth knowing, at the speed of `operations` in so long; nothing when
// there is no speed.
[[nodiscard]] std::vector<TimeToFind> times_to_find(std::uint64_t operations,
                                                    std::uint64_t elapsed_ns);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// What zero mismatches mean: the highest rate that would still have shown
// nothing once in twenty times.
#pragma once

#include <cstdint>
#include <optional>

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

} // namespace ct

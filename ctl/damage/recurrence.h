// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that were wrong more than once. With each transform in the same way: the data
// or the CPU decide. In the same way with a few transforms only, of many that had
// mismatches: those have wrong key schedules, which is one event each for all operations
// that it damaged. The registers that a user thread lost at one moment are one event too, and
// so is one packet that is wrong in the same way in the same place again and again.
#pragma once

#include <cstddef>
#include <vector>

#include "record/mismatch.h"

namespace ct {

struct Recurrence {
    bool same = false;                // packets were wrong again in the same way
    bool elsewhere = false;           // on another CPU, too
    bool of_drivers = false;          // by several drivers in the same way
    std::size_t spoiled = 0;          // transforms with wrong key schedules; other events exist
    std::vector<double> weights;      // of each record: 1, or its part of one event
    [[nodiscard]] double sum() const; // of the weights
};

[[nodiscard]] Recurrence recurrence_of(const std::vector<const Mismatch *> &records);

} // namespace ct

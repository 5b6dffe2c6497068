// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "damage/recurrence.h"
#include "damage/statistics.h"

namespace ct {

// What is known of a run besides its records.
struct RunFacts {
    const Tendencies &statistics;
    const Recurrence &recurrence;
    const std::vector<CellTotal> &cells;
};

} // namespace ct

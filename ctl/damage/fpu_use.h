// SPDX-License-Identifier: GPL-2.0-or-later
// What a run could see of the FPU sections of a driver. That nothing was seen in one is
// evidence only where something can be seen.
#pragma once

#include <string>
#include <vector>

#include "damage/statistics.h"

namespace ct {

enum class FpuUse {
    Unknown, // too few operations, or a run without its coverage
    Seen,    // its sections were interrupted, or it found the FPU busy
    None,    // interrupted often enough to say that it has no sections
    Hidden,  // it works elsewhere (cryptd, pcrypt): what interrupts it is not seen
};

[[nodiscard]] FpuUse fpu_use_of(const std::string &driver, const std::vector<CellTotal> &cells);

} // namespace ct

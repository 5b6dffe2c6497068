// SPDX-License-Identifier: GPL-2.0-or-later
// A cell of coverage: driver x direction x context x CPU.
#pragma once

#include <cstdint>
#include <vector>

#include "record/counters.h"
#include "record/words.h"

namespace ct {

struct Cell : CellCounters {
    std::uint32_t cpu = 0;
    std::uint32_t driver = 0; // Driver::id
    Context context = Context::Task;
    Direction direction = Direction::Encrypt;
    Gap gap = Gap::None;        // None: reached
    std::vector<Exempt> exempt; // what cannot be asked of it

    friend bool operator==(const Cell &, const Cell &) = default;
};

} // namespace ct

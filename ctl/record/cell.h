// SPDX-License-Identifier: GPL-2.0-or-later
// A cell of coverage: driver x direction x context x CPU.
#pragma once

#include <cstdint>
#include <vector>

#include "record/words.h"

namespace ct {

struct Cell {
    std::uint32_t cpu = 0;
    std::uint32_t driver = 0; // Driver::id
    Context context = Context::Task;
    Direction direction = Direction::Encrypt;
    Gap gap = Gap::None; // None: reached
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0;
    std::uint64_t mismatches = 0;
    // Of these, of operations that more than one CPU may have made.
    std::uint64_t mismatches_moved = 0;
    std::uint64_t interruptions = 0;
    std::uint64_t fpu_hits = 0;
    std::uint64_t preemptions = 0;
    std::uint64_t migrations = 0;
    std::uint64_t nested = 0;
    std::uint64_t nested_fpu = 0;
    std::uint64_t async = 0;
    std::uint64_t simd = 0;      // submitted with the FPU free
    std::uint64_t fallbacks = 0; // submitted with the FPU busy; SIMD drivers
    std::uint64_t live = 0;      // with live user registers below
    std::vector<Exempt> exempt;  // what cannot be asked of it

    friend bool operator==(const Cell &, const Cell &) = default;
};

} // namespace ct

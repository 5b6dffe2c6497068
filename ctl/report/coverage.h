// SPDX-License-Identifier: GPL-2.0-or-later
// The cells of a run put together: which were not reached and why, what does
// not apply to this machine or run, and sums by driver and by CPU.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "record/cell.h"
#include "record/driver.h"
#include "record/status.h"

namespace ct {

// Cells that were not reached for one reason.
struct GapGroup {
    Gap gap = Gap::None;
    std::string driver;
    Context context = Context::Task;
    std::vector<Direction> directions;
    std::string cpus; // a CPU list
    std::uint64_t cells = 0;
    std::uint64_t operations = 0; // the most that any of these cells had
    std::string reason;           // a sentence
};

// What cannot be shown here, which spoils no verdict.
struct Inapplicable {
    std::string what; // "the FPU hits of cryptd(__cbc-aes-aesni)"
    std::string why;
    std::uint64_t cells = 0; // 0: nothing that has cells
};

struct CellCount {
    std::uint64_t planned = 0;
    std::uint64_t reached = 0;
};

// One driver over all of its cells.
struct DriverSum {
    std::string driver;
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0;
    std::uint64_t mismatches = 0;
    std::uint64_t interruptions = 0;
    std::uint64_t fpu_hits = 0;
    std::uint64_t nested = 0;
    std::uint64_t cells_planned = 0;
    std::uint64_t cells_reached = 0;
    std::array<CellCount, count_of<Context>> contexts{};
};

// One CPU over all of its cells.
struct CpuSum {
    std::uint32_t cpu = 0;
    std::uint64_t operations = 0;
    std::uint64_t mismatches = 0; // those without a driver too
    // Of these, of operations that more than one CPU may have made: no evidence here.
    std::uint64_t mismatches_moved = 0;
    std::uint64_t fpu_hits = 0;
    std::uint64_t nested = 0;
    std::uint64_t migrations = 0;
    std::uint64_t cells_planned = 0;
    std::uint64_t cells_reached = 0;
};

// Of a driver's number; "driver 7" when the list does not have it.
[[nodiscard]] std::string name_of(const std::vector<Driver> &drivers, std::uint32_t id);

[[nodiscard]] std::vector<GapGroup> group_gaps(const std::vector<Driver> &drivers,
                                               const std::vector<Cell> &cells);
// What to do about a gap, given the parameters of the run.
[[nodiscard]] std::string gap_advice(Gap gap, const Config &config);
[[nodiscard]] std::vector<Inapplicable> list_inapplicable(const Status &status,
                                                          const std::vector<Driver> &drivers,
                                                          const std::vector<Cell> &cells);
[[nodiscard]] std::vector<DriverSum> sum_drivers(const std::vector<Driver> &drivers,
                                                 const std::vector<Cell> &cells);
// Ascending; mismatches as the cells have them.
[[nodiscard]] std::vector<CpuSum> sum_cpus(const std::vector<Cell> &cells);

} // namespace ct

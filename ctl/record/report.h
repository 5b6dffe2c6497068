// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that is to be told of a run, put in order: who was hit, what was
// not covered and what to do about it. Renderers only lay it out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/bound.h"
#include "record/cell.h"
#include "record/driver.h"
#include "record/journal.h"
#include "record/mismatch.h"
#include "record/status.h"

namespace ct {

// Mismatches of one driver, CPU, context and direction.
struct Group {
    std::string driver;
    std::uint32_t cpu = 0;
    Context context = Context::Task;
    Direction direction = Direction::Encrypt;
    std::uint64_t mismatches = 0; // as the module counted them
    std::uint64_t operations = 0; // of the cell
    Tally tally;                  // of the records at hand
};

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
};

struct Report {
    std::string program; // version of the control program
    Version version;
    Status status;
    std::vector<Driver> drivers;
    std::vector<Cell> cells;
    std::vector<Mismatch> records; // the first few, whole
    std::vector<Group> groups;     // most mismatches first
    std::vector<GapGroup> gaps;
    std::vector<std::string> advice; // what to do about the gaps
    std::vector<DriverSum> sums;
    std::uint64_t recorded = 0; // records obtained
    std::uint64_t lost = 0;     // records made but never obtained, and mismatches without
    std::optional<Bound> bound;

    // Of a driver's number; "driver 7" when the list does not have it.
    [[nodiscard]] std::string driver_name(std::uint32_t id) const;
};

[[nodiscard]] Report make_report(std::string_view program, const Version &version,
                                 const Status &status, std::vector<Driver> drivers,
                                 std::vector<Cell> cells, const Journal &journal);

// "0-3,5" of {0, 1, 2, 3, 5}, in any order and with repetitions.
[[nodiscard]] std::string cpu_list(std::vector<std::uint32_t> cpus);

} // namespace ct

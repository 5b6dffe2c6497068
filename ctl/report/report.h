// SPDX-License-Identifier: GPL-2.0-or-later
// The content of a report, in order: what had mismatches, what was
// not covered, and what to do about it. Renderers only format it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/cell.h"
#include "record/driver.h"
#include "record/exit.h"
#include "record/mismatch.h"
#include "record/processor.h"
#include "record/status.h"
#include "report/bound.h"
#include "report/coverage.h"
#include "report/estimate.h"
#include "report/journal.h"
#include "report/suspect.h"

namespace ct {

// Mismatches of one driver, CPU, context and direction.
struct Group {
    std::string driver; // empty where no driver was involved
    std::uint32_t cpu = 0;
    Context context = Context::Task;
    Direction direction = Direction::Encrypt;
    std::uint64_t mismatches = 0; // as the module counted them
    std::uint64_t operations = 0; // of the cell
    Tally tally;                  // of the available records
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
    std::vector<Inapplicable> inapplicable;
    std::optional<Estimate> estimate; // for an inconclusive run that missed cells
    std::string again;                // the command line for it; empty if unknown
    std::vector<DriverSum> sums;
    std::vector<CpuSum> cpus;
    std::vector<Processor> processors; // that are known; none is a must
    std::optional<Suspect> suspect;
    Untested untested;
    std::uint64_t recorded = 0; // records obtained
    std::uint64_t lost = 0;     // records made but never obtained, and mismatches without
    std::optional<Bound> bound;
    // The kernel's own generic AES avoids AES-NI; nothing if it is not known.
    std::optional<bool> independent;
    // Registers that changed when the run had ended already, so that its verdict
    // does not have them.
    std::uint64_t late_registers = 0;
    // Times that the process of the exercisers died, which the module knows nothing of.
    std::uint64_t exerciser_deaths = 0;

    // What the program says to its caller: late registers count as CORRUPT, and what is
    // CLEAN without exercisers that died is INCONCLUSIVE.
    [[nodiscard]] ExitStatus exit_status() const;
    // Of a driver's number; "driver 7" when the list does not have it.
    [[nodiscard]] std::string driver_name(std::uint32_t id) const;
};

[[nodiscard]] Report make_report(std::string_view program, const Version &version,
                                 const Status &status, std::vector<Driver> drivers,
                                 std::vector<Cell> cells, const Journal &journal,
                                 std::vector<Processor> processors = {});

} // namespace ct

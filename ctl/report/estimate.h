// SPDX-License-Identifier: GPL-2.0-or-later
// How long a run would have to be to reach every cell, estimated from how far this
// one came. Where something never happened, there is no estimate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/cell.h"
#include "record/driver.h"
#include "record/processor.h"
#include "record/status.h"

namespace ct {

// The module's YT_CELL_MINIMUM: fewer operations of a cell say too little.
inline constexpr std::uint64_t cell_minimum = 16;

struct Estimate {
    std::optional<double> seconds;    // of a whole run at this load; absent: see unknown
    std::vector<std::string> unknown; // what never happened, so that nothing can be said
    bool hopeless = false;            // there are cells that more time does not reach
};

// Nothing when all was reached.
[[nodiscard]] std::optional<Estimate> estimate(const Status &status,
                                               const std::vector<Cell> &cells);

// A duration that is sure to be enough and reads well, in milliseconds.
[[nodiscard]] std::uint64_t round_up_generously(double seconds);

// "about 4 min"
[[nodiscard]] std::string about_text(double seconds);

// "cryptorture run --for 5m --load 1%": the run again, for so long. drivers,
// processors: of this machine; what is the default for them is left out.
[[nodiscard]] std::string command_again(const Config &config, std::uint64_t duration_ms,
                                        const std::vector<Driver> &drivers,
                                        const std::vector<Processor> &processors);

} // namespace ct

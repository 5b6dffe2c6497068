// SPDX-License-Identifier: GPL-2.0-or-later
// Parts of a report as text, shared by verdict and status.
#pragma once

#include <string>

#include "record/report.h"

namespace ct {

// What follows "CLEAN: ", one line without its end.
[[nodiscard]] std::string verdict_sentence(const Report &report);
// "0:07 of 0:30, 1,234 operations, 0 mismatches"
[[nodiscard]] std::string progress_sentence(const Status &status);
// Run, seed, parameters, coverage and disturbance: indented lines.
[[nodiscard]] std::string run_text(const Report &report);
// What was not covered, why, and what to do; empty when all was.
[[nodiscard]] std::string gaps_text(const Report &report);
// A table with a row a driver.
[[nodiscard]] std::string sums_text(const Report &report);
// A table with a row a cell.
[[nodiscard]] std::string cells_text(const Report &report);

} // namespace ct

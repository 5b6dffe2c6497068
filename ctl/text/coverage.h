// SPDX-License-Identifier: GPL-2.0-or-later
// What a run covered, as text: tables and lists that begin with an empty line,
// or nothing where there is nothing to report.
#pragma once

#include <string>

#include "report/report.h"

namespace ct {

// What was not covered, why, what to do and how long it would take.
[[nodiscard]] std::string gaps_text(const Report &report);
// What cannot be shown here, and why.
[[nodiscard]] std::string inapplicable_text(const Report &report);
// A table with a row a driver: coverage by context.
[[nodiscard]] std::string sums_text(const Report &report);
// A table with a row a CPU.
[[nodiscard]] std::string cpus_text(const Report &report);
// A table with a row a cell.
[[nodiscard]] std::string cells_text(const Report &report);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Parts of a report as text, shared by verdict and status.
#pragma once

#include <string>

#include "report/report.h"

namespace ct {

// What follows "CLEAN: ", one line without its end.
[[nodiscard]] std::string verdict_sentence(const Report &report);
// "0:07 of 0:30, 1,234 operations, 0 mismatches"
[[nodiscard]] std::string progress_sentence(const Status &status);
// Run, seed, parameters, coverage and disturbance: indented lines.
[[nodiscard]] std::string run_text(const Report &report);
// The CPU that mismatches gather on; empty if there is none.
[[nodiscard]] std::string suspect_text(const Report &report);

// What is to be said where a report has late registers.
inline constexpr const char *late_registers_text =
    "registers changed when the run had ended already, so its verdict does not have them: "
    "they count as CORRUPT all the same; run it again";
// And where exercisers died.
inline constexpr const char *exerciser_deaths_text =
    "the process of the exercisers died, and live registers were not checked until it was "
    "started again: without a mismatch that counts as INCONCLUSIVE; run it again";

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Parts of a report as text, shared by verdict and status.
#pragma once

#include <string>

#include "report/report.h"

namespace ct {

// "CLEAN", "NO VERDICT"; and the same in the colour of a terminal.
[[nodiscard]] std::string verdict_word(Verdict verdict);
[[nodiscard]] std::string coloured_word(Verdict verdict);
// What follows "CLEAN: ", one line without its end.
[[nodiscard]] std::string verdict_sentence(const Report &report);
// "0:07 of 0:30, 1,234 operations, 0 mismatches"
[[nodiscard]] std::string progress_sentence(const Status &status);
// ", stopped early"; empty for a run that ended as it was asked to.
[[nodiscard]] std::string end_text(const Status &status);
// What patience a rare fault takes; at a low load that is the question. Empty: not known.
[[nodiscard]] std::string speed_sentence(const Status &status);
// "990 of 990 cells (driver x direction x context x CPU), 54 more not applicable"
[[nodiscard]] std::string coverage_sentence(const Status &status);
// "cryptorture 0.1.0", and that of the program where it is another one.
[[nodiscard]] std::string release_text(const Report &report);
// Run, seed, parameters, coverage and disturbance: indented lines.
[[nodiscard]] std::string run_text(const Report &report);
// "all 12 mismatches were on CPU 1; the other CPU had none in 500,000 operations"
[[nodiscard]] std::string suspect_sentence(const Suspect &suspect);
// "CPU 1: package 0, core 1, SMT siblings 1,3, microcode 0x2b, model"
[[nodiscard]] std::string processor_text(const Processor &processor);
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

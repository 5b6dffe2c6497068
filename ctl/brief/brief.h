// SPDX-License-Identifier: GPL-2.0-or-later
// The end of a run in 24 rows of 80 columns: verdict, class of bug, where, one wrong block,
// what to do, and what to send with a report. All else is behind --full and in report.txt.
#pragma once

#include <cstddef>
#include <string>

#include "diagnose/diagnosis.h"
#include "report/report.h"

namespace ct {

struct BriefOptions {
    bool colour = false;
    std::size_t columns = 0; // of the terminal; 0: none, so each item is one line
    std::string whole;       // what shows all, a command in quotes; empty: nothing does
};

// diagnosis: none where there are no records.
[[nodiscard]] std::string brief_text(const Report &report, const Diagnosis *diagnosis,
                                     const BriefOptions &options);

} // namespace ct

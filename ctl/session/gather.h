// SPDX-License-Identifier: GPL-2.0-or-later
// Collects the data of a report.
#pragma once

#include <string>

#include "damage/evidence.h"
#include "report/report.h"
#include "session/environment.h"

namespace ct {

// What the ring still keeps of the run. collector: takes the same, if there is one.
[[nodiscard]] Result<Journal> read_journal(Kernel &kernel, const Status &status,
                                           Collector *collector = nullptr);

// Lists that cannot be read are reported and left empty: a verdict is too valuable
// to be withheld for them.
[[nodiscard]] Report gather(Environment &environment, Connection &connection,
                            Renderer &renderer, const Status &status, const Journal &journal);

// Prints the end of a run: verdict, and the diagnosis where there are records.
void print_end(Renderer &renderer, const Report &report, const Collector &collector);

// The command that shows all of a run that was shown in brief. folder: that it was saved in;
// empty: none.
[[nodiscard]] std::string whole_command(const std::string &folder);

} // namespace ct

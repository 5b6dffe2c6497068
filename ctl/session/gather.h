// SPDX-License-Identifier: GPL-2.0-or-later
// Collects the data of a report.
#pragma once

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

// Prints the diagnosis of a run whose verdict was just printed; nothing where
// there are none.
void print_diagnosis(Renderer &renderer, const Report &report, const Collector &collector);

} // namespace ct

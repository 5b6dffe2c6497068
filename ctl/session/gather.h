// SPDX-License-Identifier: GPL-2.0-or-later
// Asking for everything that belongs to a report.
#pragma once

#include "damage/evidence.h"
#include "report/report.h"
#include "session/environment.h"

namespace ct {

// What the ring still keeps of the run. collector: takes the same, if there is one.
[[nodiscard]] Result<Journal> read_journal(Kernel &kernel, const Status &status,
                                           Collector *collector = nullptr);

// Lists that cannot be read are told of and left empty: a verdict is too dear
// to be withheld for them.
[[nodiscard]] Report gather(Environment &environment, Connection &connection,
                            Renderer &renderer, const Status &status, const Journal &journal);

// What was wrong with the records of a run whose verdict was just told; nothing where
// there are none.
void print_diagnosis(Renderer &renderer, const Report &report, const Collector &collector);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The report of a run that ended: what was counted is read, and the rest (gaps,
// advice, bound, suspects ...) is made from it again.
#pragma once

#include <string>
#include <vector>

#include "artifact/members.h"
#include "record/mismatch.h"
#include "record/report.h"

namespace ct {

// run: has the members "program", "drivers", "processors" and "verdict", which
// are not null. records: the first ones of the run.
[[nodiscard]] Report read_report(Members &run, const std::vector<Mismatch> &records);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The report of a run that ended: what was counted is read, and the rest (gaps,
// advice, bound, suspects ...) is made from it again.
#pragma once

#include <string>
#include <vector>

#include "artifact/members.h"
#include "record/mismatch.h"
#include "report/report.h"

namespace ct {

// The report of a "verdict" line. drivers: all of them, or none where the file does not list
// them: then they are those that the cells name.
[[nodiscard]] Report read_verdict(Members &verdict, const std::string &program,
                                  std::vector<Driver> drivers,
                                  std::vector<Processor> processors,
                                  const std::vector<Mismatch> &records);

// Of a run whose end was not recorded, from its last progress.
[[nodiscard]] Report unended_report(const std::string &program, const Version &version,
                                    Status status, const std::vector<Mismatch> &records);

// The report in run.json. run: has the members "program", "drivers", "processors" and
// "verdict", which are not null. records: the first ones of the run.
[[nodiscard]] Report read_report(Members &run, const std::vector<Mismatch> &records);

} // namespace ct

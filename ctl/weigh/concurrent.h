// SPDX-License-Identifier: GPL-2.0-or-later
// What other operations of the driver did at the same time.
#pragma once

#include <vector>

#include "analysis/record_diagnosis.h"
#include "weigh/run_facts.h"
#include "weigh/score.h"

namespace ct {

void weigh_concurrent(Scores &scores, const std::vector<const Mismatch *> &records,
                      const std::vector<const RecordDiagnosis *> &examined,
                      const RunFacts &facts);

} // namespace ct

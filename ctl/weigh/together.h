// SPDX-License-Identifier: GPL-2.0-or-later
// Evidence that only the whole set of records gives.
#pragma once

#include <vector>

#include "analysis/record_diagnosis.h"
#include "record/mismatch.h"
#include "weigh/run_facts.h"
#include "weigh/score.h"

namespace ct {

void weigh_together(Scores &scores, const std::vector<const Mismatch *> &records,
                    const std::vector<const RecordDiagnosis *> &examined,
                    const RunFacts &facts);

} // namespace ct

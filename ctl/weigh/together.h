// SPDX-License-Identifier: GPL-2.0-or-later
// Evidence that only the whole set of records gives.
#pragma once

#include <vector>

#include "analysis/record_diagnosis.h"
#include "damage/recurrence.h"
#include "damage/statistics.h"
#include "record/mismatch.h"
#include "weigh/score.h"

namespace ct {

// What is known of a run besides its records.
struct RunFacts {
    const Tendencies &statistics;
    const Recurrence &recurrence;
    const std::vector<CellTotal> &cells;
};

void weigh_together(Scores &scores, const std::vector<const Mismatch *> &records,
                    const std::vector<const RecordDiagnosis *> &examined,
                    const RunFacts &facts);

} // namespace ct

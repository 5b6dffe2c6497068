// SPDX-License-Identifier: GPL-2.0-or-later
// The decision table: from the evidence of each record, and what all of them have in
// common, to a class with its confidence; or to none.
#pragma once

#include <vector>

#include "damage/recurrence.h"
#include "diagnose/diagnosis.h"

namespace ct {

// What is known of a run besides its records.
struct RunFacts {
    const Tendencies &statistics;
    const Recurrence &recurrence;
    const std::vector<CellTotal> &cells;
};

// Evidence that only the whole set of records gives.
void weigh_together(Scores &scores, const std::vector<const Mismatch *> &records,
                    const std::vector<const RecordDiagnosis *> &examined,
                    const RunFacts &facts);

// Fills in candidates, class and confidence.
void decide(Diagnosis &diagnosis, const Scores &scores, std::size_t records, bool proved);

} // namespace ct

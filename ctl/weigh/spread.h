// SPDX-License-Identifier: GPL-2.0-or-later
// How mismatches are spread over CPUs, drivers, SAs, packets and their bytes.
#pragma once

#include <vector>

#include "analysis/record_diagnosis.h"
#include "record/mismatch.h"
#include "weigh/run_facts.h"
#include "weigh/score.h"

namespace ct {

// records and examined: of the same ones, in the same order. To be called after what single
// records and their repetition say.
void weigh_spread(Scores &scores, const std::vector<const Mismatch *> &records,
                  const std::vector<const RecordDiagnosis *> &examined, const RunFacts &facts);
// The bits that are wrong, and where they are.
void weigh_bits(Scores &scores, const std::vector<const RecordDiagnosis *> &examined,
                const RunFacts &facts);

} // namespace ct

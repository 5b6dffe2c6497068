// SPDX-License-Identifier: GPL-2.0-or-later
// Registers that user threads lost: what one of them says, and what all of them say together.
#pragma once

#include <vector>

#include "analysis/record_diagnosis.h"
#include "record/mismatch.h"
#include "weigh/score.h"

namespace ct {

void score_register(Scores &scores, const Mismatch &record, const RegisterChange &changed);
// records and examined: of the same ones, in the same order.
void weigh_losses(Scores &scores, const std::vector<const Mismatch *> &records);
// Of user threads and of the kernel at once.
void weigh_both_sides(Scores &scores, const std::vector<const Mismatch *> &records,
                      const std::vector<const RecordDiagnosis *> &examined);

} // namespace ct

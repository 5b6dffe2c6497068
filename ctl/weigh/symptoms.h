// SPDX-License-Identifier: GPL-2.0-or-later
// The evidence of one record.
#pragma once

#include "analysis/record_diagnosis.h"
#include "damage/fpu_use.h"
#include "record/mismatch.h"
#include "weigh/score.h"

namespace ct {

// use: of the record's driver.
[[nodiscard]] Scores symptoms_of(const Mismatch &record, const RecordDiagnosis &diagnosis,
                                 FpuUse use = FpuUse::Unknown);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The evidence of one record.
#pragma once

#include "damage/fpu_use.h"
#include "diagnose/diagnosis.h"

namespace ct {

// Looks at the packet, or at the register.
[[nodiscard]] RecordDiagnosis examine_record(const Mismatch &record);
// use: of the record's driver.
[[nodiscard]] Scores symptoms_of(const Mismatch &record, const RecordDiagnosis &diagnosis,
                                 FpuUse use = FpuUse::Unknown);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The evidence of one record.
#pragma once

#include "diagnose/diagnosis.h"

namespace ct {

// Looks at the packet, or at the register.
[[nodiscard]] RecordDiagnosis examine_record(const Mismatch &record);
[[nodiscard]] Scores symptoms_of(const Mismatch &record, const RecordDiagnosis &diagnosis);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// One record with its packet made again, or its register.
#pragma once

#include "analysis/record_diagnosis.h"
#include "record/mismatch.h"

namespace ct {

[[nodiscard]] RecordDiagnosis examine_record(const Mismatch &record);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of one record, in words.
#pragma once

#include <string>
#include <vector>

#include "analysis/record_diagnosis.h"
#include "record/mismatch.h"

namespace ct {

[[nodiscard]] bool says(const Mismatch &record, What what);
// Something was seen inside its FPU section.
[[nodiscard]] bool interrupted(const Mismatch &record);
// There were other requests that a driver can take for this one.
[[nodiscard]] bool flying(const Mismatch &record);
// Wrong in the first comparison, and right when it was recorded.
[[nodiscard]] bool is_late(const Mismatch &record);

[[nodiscard]] std::vector<std::string> facts_of(const Mismatch &record,
                                                const RecordDiagnosis &diagnosis);

} // namespace ct

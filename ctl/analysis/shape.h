// SPDX-License-Identifier: GPL-2.0-or-later
// The shape of the damage in many records, counted, in the words of usual reports
// of such bugs.
#pragma once

#include <string>
#include <vector>

#include "analysis/record_diagnosis.h"
#include "record/mismatch.h"

namespace ct {

// records and examined: of the same ones, in the same order.
[[nodiscard]] std::vector<std::string>
shape_of(const std::vector<const Mismatch *> &records,
         const std::vector<const RecordDiagnosis *> &examined);

} // namespace ct

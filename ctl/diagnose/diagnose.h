// SPDX-License-Identifier: GPL-2.0-or-later
// From the evidence of a run to its diagnosis.
#pragma once

#include "damage/evidence.h"
#include "diagnose/diagnosis.h"

namespace ct {

[[nodiscard]] Diagnosis diagnose(const Evidence &evidence);

} // namespace ct

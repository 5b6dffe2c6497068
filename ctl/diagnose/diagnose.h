// SPDX-License-Identifier: GPL-2.0-or-later
// From the evidence to the diagnosis. Never more certain than the evidence: nothing at all
// is a possible answer.
#pragma once

#include "damage/evidence.h"
#include "diagnose/diagnosis.h"

namespace ct {

[[nodiscard]] Diagnosis diagnose(const Evidence &evidence);

} // namespace ct

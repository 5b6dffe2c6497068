// SPDX-License-Identifier: GPL-2.0-or-later
// From the evidence to the diagnosis. Never more certain than the evidence: nothing at all
// is a possible answer.
#pragma once

#include "diagnose/diagnosis.h"
#include "diagnose/evidence.h"

namespace ct {

[[nodiscard]] Diagnosis diagnose(const Evidence &evidence);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Advice about a class: what to try next to confirm it, and workarounds until
// it is fixed.
#pragma once

#include "diagnose/diagnosis.h"

namespace ct {

// What the class means, in a sentence without its end.
[[nodiscard]] const char *meaning_of(BugClass bug_class);
// Fills in next and mitigations.
void advise(Diagnosis &diagnosis);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Advice about a class: what to try next to confirm it, and workarounds until it is fixed.
//
// What costs little and can be undone is advised from medium confidence on. What is done to
// the hardware is advised with high confidence only, and depends on a run that confirms it. All
// else is a guess, with which only more can be tried.
#pragma once

#include "diagnose/diagnosis.h"

namespace ct {

// What the class means, in a sentence without its end.
[[nodiscard]] const char *meaning_of(BugClass bug_class);
// Fills in next and mitigations. What is in single quotes there is a command that can be
// pasted, on the machine with the fault: the diagnosis may be made on another one.
void advise(Diagnosis &diagnosis);

} // namespace ct

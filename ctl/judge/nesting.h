// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a softirq can run inside a task's kernel FPU section.
#pragma once

#include "crypto/module.h"
#include "facts/release.h"
#include "record/examination.h"

namespace ct {

enum class Nesting { Unknown, Allowed, KeptOut };

// As the module has measured; without it only PREEMPT_RT is a hint, for the change
// that keeps softirqs out is in kernels of all versions.
[[nodiscard]] Nesting nesting_of(const Module &module, const Release &release);

void report_nesting(const Module &module, const Release &release, Findings &findings);

} // namespace ct

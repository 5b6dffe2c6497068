// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a softirq can run inside a task's kernel FPU section.
#pragma once

#include "host/release.h"
#include "record/examination.h"

namespace ct {

enum class Nesting { Unknown, Allowed, KeptOut };

// By the release; distributions may have taken the change over earlier.
[[nodiscard]] Nesting nesting_of(const Release &release);

void tell_nesting(const Release &release, Findings &findings);

} // namespace ct

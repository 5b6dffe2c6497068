// SPDX-License-Identifier: GPL-2.0-or-later
// What speaks for a class besides the bytes of text and ICV: status, completion, bytes outside
// of the output, an output that was right later.
#pragma once

#include "damage/fpu_use.h"
#include "record/mismatch.h"
#include "weigh/score.h"

namespace ct {

// What interrupted an operation is not seen over a softirq, or where a driver leaves its work
// to another thread.
[[nodiscard]] bool hides_interruptions(const Mismatch &record, FpuUse use);

// Everything but the text and the ICV. True: it says all there is to say.
bool score_outside(Scores &scores, const Mismatch &record);
// The driver's return value, independent of the bytes. True: no further evidence is needed.
bool score_answer(Scores &scores, const Mismatch &record);
// Wrong in the first comparison, and right when it was recorded.
void score_late(Scores &scores, const Mismatch &record);
// A right packet, and the driver says that its ICV is not.
void score_refused(Scores &scores, const Mismatch &record, FpuUse use);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// A bisection and its trials as text and as JSON objects.
#pragma once

#include <string>

#include "bisect/bisection.h"
#include "json/object.h"

namespace ct {

// "trial 4, at most 1:30: 1 driver, in task, undisturbed, on CPU 0"
[[nodiscard]] std::string trial_begin_line(const Trial &trial);
// "trial 4: shown after 0:02, 51,200 operations of cbc-aes-aesni"
[[nodiscard]] std::string trial_end_line(const Trial &trial, const Fault &fault);
// Ends with a line feed.
[[nodiscard]] std::string bisection_text(const Bisection &bisection, bool colour);

void put_trial(Object &object, const Trial &trial);
void put_bisection(Object &object, const Bisection &bisection);

} // namespace ct

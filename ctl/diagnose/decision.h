// SPDX-License-Identifier: GPL-2.0-or-later
// From the points of all classes to a class with its confidence, or to none.
//
// A class is named that is at least 30 % likely, by diagnose/model.h. Its confidence is high
// from 90 % on, medium from 60 %, else low. Two records at least are needed for high, unless
// one record alone proves the class.
#pragma once

#include <cstddef>

#include "diagnose/diagnosis.h"

namespace ct {

namespace probability {
inline constexpr double named = 0.3;
inline constexpr double medium = 0.6;
inline constexpr double high = 0.9;
} // namespace probability

// Fills in candidates, class and confidence.
void decide(Diagnosis &diagnosis, const Scores &scores, std::size_t records);

} // namespace ct

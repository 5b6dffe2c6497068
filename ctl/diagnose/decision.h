// SPDX-License-Identifier: GPL-2.0-or-later
// From the points of all classes to a class with its confidence, or to none.
#pragma once

#include <cstddef>

#include "diagnose/diagnosis.h"

namespace ct {

// Fills in candidates, class and confidence. proved: one record alone could hardly be anything
// else.
void decide(Diagnosis &diagnosis, const Scores &scores, std::size_t records, bool proved);

} // namespace ct

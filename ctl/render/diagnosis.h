// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis as text and as a JSON object.
#pragma once

#include <string>

#include "diagnose/diagnosis.h"
#include "json/object.h"

namespace ct {

// Ends with a line feed.
[[nodiscard]] std::string diagnosis_text(const Diagnosis &diagnosis);
void put_diagnosis(Object &object, const Diagnosis &diagnosis);

} // namespace ct

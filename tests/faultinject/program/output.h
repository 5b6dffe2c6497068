// SPDX-License-Identifier: GPL-2.0-or-later
// Trials of the detector as text and as JSON objects.
#pragma once

#include <string>

#include "program/fault_trial.h"
#include "json/object.h"

namespace ct {

// One line, without its end.
[[nodiscard]] std::string fault_trial_text(const FaultTrial &trial);
// The table and what it comes to; ends with a line feed.
[[nodiscard]] std::string selftest_text(const Selftest &selftest);
// Lines after schema.json, which lies beside this file.
[[nodiscard]] Object fault_trial_object(const FaultTrial &trial);
[[nodiscard]] Object selftest_object(const Selftest &selftest);

} // namespace ct

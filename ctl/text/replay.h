// SPDX-License-Identifier: GPL-2.0-or-later
// Results of running a packet again, as text.
#pragma once

#include <string>

#include "record/mismatch.h"

namespace ct {

// Some lines, indented; empty where there was nothing to run.
[[nodiscard]] std::string replay_text(const Mismatch &record);

// A record whose packet was run again by itself, after its run.
[[nodiscard]] std::string replayed_text(const Mismatch &record);

} // namespace ct

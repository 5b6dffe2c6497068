// SPDX-License-Identifier: GPL-2.0-or-later
// Where a run stood, from the lines of its start, of its progress and of its
// verdict.
#pragma once

#include "artifact/members.h"
#include "record/status.h"

namespace ct {

// All members of a "start" line.
void read_start(Members &members, Version &version, Status &status);
// All members of a "progress" line.
void read_progress(Members &members, Status &status);
// Those of a "verdict" line that are of the status, but for the coverage.
void read_status(Members &members, Status &status);

} // namespace ct

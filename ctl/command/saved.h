// SPDX-License-Identifier: GPL-2.0-or-later
// What is to be said of a run that was saved, besides what was found.
#pragma once

#include "artifact/saved_run.h"
#include "command/environment.h"

namespace ct {

void tell_saved(const Environment &environment, Renderer &renderer, const SavedRun &saved);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// A run that was saved: read, and what is to be said of it besides what was found.
#pragma once

#include <string>

#include "artifact/saved_run.h"
#include "session/environment.h"

namespace ct {

// Of a folder that `run --out` wrote, or of a file of JSON lines; what: for the error.
[[nodiscard]] Result<SavedRun> read_saved(const std::string &what, const std::string &path);

void print_saved(const Environment &environment, Renderer &renderer, const SavedRun &saved);

} // namespace ct

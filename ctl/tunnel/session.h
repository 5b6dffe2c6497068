// SPDX-License-Identifier: GPL-2.0-or-later
// A run over real tunnels, from its start to its verdict.
#pragma once

#include <optional>
#include <string>

#include "esp/plan.h"
#include "record/exit.h"
#include "session/environment.h"

namespace ct {

// out: the folder of --out. Prints everything; gives the status to exit with.
[[nodiscard]] ExitStatus run_tunnels(Environment &environment, Renderer &renderer,
                                     const EspPlan &plan,
                                     const std::optional<std::string> &out);

} // namespace ct

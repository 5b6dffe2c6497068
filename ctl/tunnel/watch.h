// SPDX-License-Identifier: GPL-2.0-or-later
// A watch over the ESP of this host, from its start to its verdict. It reads, and changes
// nothing.
#pragma once

#include <optional>
#include <string>

#include "session/environment.h"
#include "watch/plan.h"

namespace ct {

// out: the folder of --out. Prints everything; gives the status to exit with.
[[nodiscard]] ExitStatus watch_tunnels(Environment &environment, Renderer &renderer,
                                       const WatchPlan &plan,
                                       const std::optional<std::string> &out);

} // namespace ct

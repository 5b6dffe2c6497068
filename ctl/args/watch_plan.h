// SPDX-License-Identifier: GPL-2.0-or-later
// The options of a watch over a live host's ESP.
#pragma once

#include <optional>
#include <string>

#include "args/esp_plan.h"
#include "args/options.h"
#include "base/error.h"
#include "watch/plan.h"

namespace ct {

struct WatchOptions {
    std::optional<std::string> interface; // of --watch: what makes it a watch
    std::optional<std::string> sample;
    std::optional<std::string> budget;
};

void add_watch_options(Options &options, WatchOptions &values);
// Refuses options of the tunnels' run, but for --for.
[[nodiscard]] Result<WatchPlan> parse_watch_plan(const WatchOptions &values,
                                                 const EspOptions &tunnels);
// Of a run without --watch: refuses options of a watch.
[[nodiscard]] Result<void> refuse_watch_options(const WatchOptions &values);

} // namespace ct

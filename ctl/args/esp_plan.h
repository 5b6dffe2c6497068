// SPDX-License-Identifier: GPL-2.0-or-later
// The options of a run over real tunnels.
#pragma once

#include <optional>
#include <string>

#include "args/options.h"
#include "base/error.h"
#include "esp/plan.h"

namespace ct {

struct EspOptions {
    std::optional<std::string> duration;
    std::optional<std::string> modes;
    std::optional<std::string> families;
    std::optional<std::string> algorithms;
    std::optional<std::string> keys;
    std::optional<std::string> esn;
    std::optional<std::string> drivers;
    std::optional<std::string> traffic;
    std::optional<std::string> pattern;
    std::optional<std::string> seed;
    std::optional<std::string> inject_every;
    bool offload = false;
    bool gro = false;
    bool no_disturb = false;
    bool until_mismatch = false;
};

void add_esp_options(Options &options, EspOptions &values);
// Without a seed: a random one.
[[nodiscard]] Result<EspPlan> parse_esp_plan(const EspOptions &values);

} // namespace ct

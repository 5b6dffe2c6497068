// SPDX-License-Identifier: GPL-2.0-or-later
// The options that say how to run, as 'run' and 'start' share them.
#pragma once

#include <optional>
#include <string>

#include "command/options.h"
#include "record/config.h"
#include "record/error.h"

namespace ct {

// As written; what was not given has no value.
struct Parameters {
    std::string duration = "5m";
    bool until_mismatch = false;
    std::optional<std::string> drivers;
    std::optional<std::string> contexts;
    std::optional<std::string> disturb;
    std::optional<std::string> cpus;
    std::optional<std::string> load;
    std::optional<std::string> timer_hz;
    std::optional<std::string> seed;
    std::optional<std::string> inject_every;
};

// The parameters must outlive the parsing.
void add_parameters(Options &options, Parameters &parameters);

[[nodiscard]] Result<Config> make_config(const Parameters &parameters);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The options that say how to run, as 'run' and 'start' share them.
#pragma once

#include <optional>
#include <string>

#include "args/list.h"
#include "args/options.h"
#include "base/error.h"
#include "kernel/kernel.h"
#include "record/config.h"

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
    std::optional<std::string> sizes;
    std::string exercisers = "0"; // 'run' has some by default
};

// The parameters must outlive the parsing. attached: the program stays for the
// run, so that it can keep exercisers.
void add_parameters(Options &options, Parameters &parameters, bool attached);
// Those that say what to run, not for how long.
void add_selection(Options &options, Parameters &parameters, bool attached);

// What can be said without the module. online: the CPUs that are, as a list.
[[nodiscard]] Result<Config> make_config(const Parameters &parameters,
                                         const std::string &online);

// Puts the drivers that were meant into the configuration.
[[nodiscard]] Result<void> settle_drivers(Kernel &kernel, const Parameters &parameters,
                                          Config &config);

} // namespace ct

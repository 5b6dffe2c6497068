// SPDX-License-Identifier: GPL-2.0-or-later
// Each subcommand adds its options and gives what is to be done.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "command/environment.h"
#include "command/options.h"

namespace ct {

[[nodiscard]] Action add_run(Options &options);
[[nodiscard]] Action add_start(Options &options);
[[nodiscard]] Action add_stop(Options &options);
[[nodiscard]] Action add_status(Options &options);
[[nodiscard]] Action add_drivers(Options &options);
[[nodiscard]] Action add_mismatches(Options &options);
[[nodiscard]] Action add_report(Options &options);
[[nodiscard]] Action add_bench(Options &options);
[[nodiscard]] Action add_diagnose(Options &options);
[[nodiscard]] Action add_replay(Options &options);
[[nodiscard]] Action add_bisect(Options &options);
[[nodiscard]] Action add_doctor(Options &options);
[[nodiscard]] Action add_selftest(Options &options);
[[nodiscard]] Action add_version(Options &options);

// The subcommands of a command line, and what each does. What their options write to
// lives as long as they.
using Commands = std::vector<std::pair<CLI::App *, Action>>;
// Gives an empty command line its options, subcommands and help; program: its version.
[[nodiscard]] Commands describe(CLI::App &app, const std::string &program);

struct ExitMeaning {
    ExitStatus status;
    const char *meaning;
};
// All, in order: what the help says below each command.
[[nodiscard]] std::span<const ExitMeaning> exit_meanings();

// Reads the command line, does what it says, gives the status to exit with.
[[nodiscard]] ExitStatus dispatch(int argc, const char *const *argv, Environment &environment);

} // namespace ct

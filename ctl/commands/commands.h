// SPDX-License-Identifier: GPL-2.0-or-later
// Each subcommand adds its options and gives what is to be done.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "args/options.h"
#include "session/environment.h"

namespace ct {

[[nodiscard]] Command add_run(Options &options);
[[nodiscard]] Command add_esp(Options &options);
[[nodiscard]] Command add_start(Options &options);
[[nodiscard]] Command add_stop(Options &options);
[[nodiscard]] Command add_status(Options &options);
[[nodiscard]] Command add_drivers(Options &options);
[[nodiscard]] Command add_mismatches(Options &options);
[[nodiscard]] Command add_report(Options &options);
[[nodiscard]] Command add_bench(Options &options);
[[nodiscard]] Command add_diagnose(Options &options);
[[nodiscard]] Command add_replay(Options &options);
[[nodiscard]] Command add_bisect(Options &options);
[[nodiscard]] Command add_doctor(Options &options);
[[nodiscard]] Command add_version(Options &options);

// The subcommands of a command line, and what each does. What their options write to
// lives as long as they.
using Commands = std::vector<std::pair<CLI::App *, Command>>;
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

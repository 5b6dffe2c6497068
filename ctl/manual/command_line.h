// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of cryptorture(8) that are made of the command line itself, which --help
// shows as well.
#pragma once

#include <span>
#include <string>

#include "commands/commands.h"

namespace ct {

// The options of the program without a command.
[[nodiscard]] std::string options_part(const CLI::App &app);
// A subsection for each command, with its options.
[[nodiscard]] std::string commands_part(const CLI::App &app);
[[nodiscard]] std::string exit_status_part(std::span<const ExitMeaning> meanings);

} // namespace ct

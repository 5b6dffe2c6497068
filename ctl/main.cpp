// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture: the control program. The table of subcommands is in
// commands/dispatch.cpp; here it gets the real kernel, terminal and signals.
#include <cstdlib>
#include <exception>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "commands/commands.h"
#include "kernel/call.h"
#include "kernel/netlink.h"
#include "session/environment.h"
#include "session/surroundings.h"

namespace {

// By the convention of NO_COLOR any value counts that is not empty.
bool colour_allowed()
{
    const char *const no_colour = std::getenv("NO_COLOR");
    const char *const terminal = std::getenv("TERM");
    if (no_colour != nullptr && *no_colour != '\0')
        return false;
    return terminal != nullptr && std::string_view(terminal) != "dumb";
}

} // namespace

int main(int argc, char **argv)
{
    const auto unsettled = ct::settle_surroundings();
    ct::DescriptorOutput out(STDOUT_FILENO);
    ct::DescriptorOutput err(STDERR_FILENO);
    if (unsettled) {
        err.write(fmt::format("cryptorture: {}\n", unsettled->sentence()));
        return static_cast<int>(ct::ExitStatus::CouldNotRun);
    }
    ct::Terminal terminal;
    terminal.out = isatty(STDOUT_FILENO) != 0;
    terminal.err = isatty(STDERR_FILENO) != 0;
    terminal.colour = colour_allowed();

    ct::Environment environment{
        CRYPTORTURE_VERSION, ct::open_kernel, ct::make_signal_waiter, out, err, terminal};
    environment.open_call_link = ct::open_call_link;
    // Only want of memory can come this far.
    try {
        return static_cast<int>(ct::dispatch(argc, argv, environment));
    } catch (const std::exception &exception) {
        err.write(fmt::format("cryptorture: cannot go on: {}; free some memory and try again\n",
                              exception.what()));
        return static_cast<int>(ct::ExitStatus::CouldNotRun);
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// What a subcommand works with. main() fills it with the real things, tests
// with their own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "cpu/cpuid.h"
#include "kernel/call_link.h"
#include "kernel/kernel.h"
#include "record/exit.h"
#include "render/fan.h"
#include "render/output.h"
#include "render/text.h"
#include "session/waiter.h"

namespace ct {

struct Terminal {
    bool out = false;    // standard output is one
    bool err = false;    // standard error is one
    bool colour = false; // allowed by NO_COLOR and TERM
};

struct Environment {
    std::string program; // version of the control program
    std::function<Result<std::unique_ptr<Kernel>>()> open_kernel;
    std::function<Result<std::unique_ptr<Waiter>>()> make_waiter;
    Output &out;
    Output &err;
    Terminal terminal;
    // Tests name some members only: what has an initializer, compilers do not miss.
    // NOLINTBEGIN(readability-redundant-member-init)
    std::string root{};                  // under which the machine's own files are; empty: /
    const Cpuid *cpuid = nullptr;        // none: that of this CPU
    CallLinkFactory open_call_link = {}; // without: no exercisers
    // NOLINTEND(readability-redundant-member-init)
};

// What main() calls once the command line is read.
using Command = std::function<ExitStatus(Environment &)>;

// The renderers of a command: text or JSON to standard output, messages to standard error.
// text: its colour is the terminal's. attached: Ctrl-C ends the run.
[[nodiscard]] std::unique_ptr<Fan> make_renderer(Environment &environment, bool json,
                                                 TextOptions text = {}, bool attached = true);

struct Connection {
    std::unique_ptr<Kernel> kernel;
    Version version;
};

// Opens the family, and says so where module and program are of different releases.
// what: what is to be done with it ("cannot start a run"), for the error.
[[nodiscard]] Result<Connection> connect(Environment &environment, const std::string &what);

// Tells the error and gives the status to exit with; Interrupted where the end was asked for.
ExitStatus fail(Renderer &renderer, const Error &error);

// Adds facts that need a further request or file: which run is active,
// which driver was probably meant, which CPUs are online.
[[nodiscard]] Error explain(const Environment &environment, Kernel &kernel, Error error);

} // namespace ct

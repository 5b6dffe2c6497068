// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture start: a run that goes on by itself.
#include "commands/commands.h"

#include "args/parameters.h"
#include "session/job_watch.h"
#include "session/processors.h"

namespace ct {

namespace {

struct StartOptions {
    Parameters parameters;
    bool json = false;
};

ExitStatus start(Environment &environment, const StartOptions &options)
{
    const auto renderer = make_renderer(environment, options.json, {}, false);
    auto config = make_config(options.parameters, online_cpus(environment.root));
    if (!config)
        return fail(*renderer, config.error());
    auto connection = connect(environment, "cannot start a run");
    if (!connection)
        return fail(*renderer, connection.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    Kernel &kernel = *connection->kernel;
    const JobWatch watch(kernel, **waiter, *renderer);
    if (const auto settled = settle_drivers(kernel, options.parameters, *config); !settled)
        return fail(*renderer, settled.error());
    if (const auto started = kernel.start(*config); !started)
        return fail(*renderer, explain(environment, kernel, started.error()));
    const auto status = kernel.status();
    if (!status)
        return fail(*renderer, status.error());
    renderer->started(connection->version, *status);
    if (!watch.gave_up())
        return ExitStatus::Clean;
    renderer->message("the run had begun before it could be cancelled");
    return ExitStatus::Interrupted;
}

} // namespace

Command add_start(Options &options)
{
    const auto values = std::make_shared<StartOptions>();
    add_parameters(options, values->parameters, false);
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return start(environment, *values);
    };
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture start: a run that goes on by itself.
#include "commands/commands.h"

#include "args/parameters.h"
#include "session/job_watch.h"
#include "session/processors.h"

namespace ct {

namespace {

struct StartWishes {
    Parameters parameters;
    bool json = false;
};

ExitStatus start(Environment &environment, const StartWishes &wishes)
{
    const auto renderer = make_renderer(environment, wishes.json, false);
    auto config = make_config(wishes.parameters, online_cpus(environment.root));
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
    if (const auto settled = settle_drivers(kernel, wishes.parameters, *config); !settled)
        return fail(*renderer, settled.error());
    if (const auto started = kernel.start(*config); !started)
        return fail(*renderer, explain(kernel, started.error()));
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

Action add_start(Options &options)
{
    const auto wishes = std::make_shared<StartWishes>();
    add_parameters(options, wishes->parameters, false);
    options.flag("--json", wishes->json, "JSON lines on standard output");
    return [wishes](Environment &environment) {
        return start(environment, *wishes);
    };
}

} // namespace ct

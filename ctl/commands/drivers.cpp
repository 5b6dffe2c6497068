// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture drivers: what is tested, and why the rest is not.
#include "commands/commands.h"

#include "session/job_watch.h"

namespace ct {

namespace {

ExitStatus list(Environment &environment, bool json)
{
    const auto renderer = make_renderer(environment, json);
    auto connection = connect(environment, "cannot list the drivers");
    if (!connection)
        return fail(*renderer, connection.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    const JobWatch watch(*connection->kernel, **waiter, *renderer);
    const auto drivers = connection->kernel->drivers();
    if (!drivers)
        return fail(*renderer, drivers.error());
    renderer->drivers(*drivers);
    return ExitStatus::Clean;
}

} // namespace

Command add_drivers(Options &options)
{
    const auto json = std::make_shared<bool>(false);
    options.flag("--json", *json, "JSON lines on standard output");
    return [json](Environment &environment) {
        return list(environment, *json);
    };
}

} // namespace ct

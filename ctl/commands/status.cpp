// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture status: the present or the last run.
#include "commands/commands.h"

#include <fmt/format.h>

#include "session/gather.h"

namespace ct {

namespace {

struct StatusOptions {
    bool json = false;
    bool cells = false;
    bool full = false;
};

ExitStatus show_status(Environment &environment, const StatusOptions &options)
{
    const auto renderer = make_renderer(environment, options.json,
                                        {.brief = !options.full, .whole = whole_command("")});
    auto connection = connect(environment, "cannot show the status");
    if (!connection)
        return fail(*renderer, connection.error());
    const auto status = connection->kernel->status();
    if (!status)
        return fail(*renderer, status.error());
    if (status->job)
        renderer->message(fmt::format("the module is busy with job {}", *status->job));
    if (status->state == State::Idle) {
        renderer->status(
            make_report(environment.program, connection->version, *status, {}, {}, Journal(0)),
            false);
        return ExitStatus::Clean;
    }
    Collector collector;
    const auto journal = read_journal(*connection->kernel, *status, &collector);
    if (!journal)
        return fail(*renderer, journal.error());
    const Report report = gather(environment, *connection, *renderer, *status, *journal);
    // A person sees of a run that has ended what 'cryptorture run' shows of it.
    if (options.json || options.cells || status->active())
        renderer->status(report, options.cells);
    else
        print_end(*renderer, report, collector);
    return ExitStatus::Clean;
}

} // namespace

Command add_status(Options &options)
{
    const auto values = std::make_shared<StatusOptions>();
    options.flag("--cells", values->cells, "every cell of coverage");
    options.flag("--full", values->full, "all of it instead of its first facts");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return show_status(environment, *values);
    };
}

} // namespace ct

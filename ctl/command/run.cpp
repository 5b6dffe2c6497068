// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture run: start, follow, verdict.
#include "command/commands.h"

#include <utility>

#include <fmt/format.h>

#include "command/attend.h"
#include "command/follow.h"
#include "command/gather.h"
#include "command/parameters.h"
#include "command/processors.h"
#include "record/exit.h"
#include "render/folder.h"

namespace ct {

namespace {

struct RunWishes {
    Parameters parameters;
    bool json = false;
    std::string folder;
};

constexpr const char *cannot_start = "cannot start a run";

// A reader that is gone is no reason to fail, but to say so.
void tell_unwritten(Environment &environment, Renderer &renderer, const Report &report)
{
    if (environment.out.error() == 0)
        return;
    renderer.message(fmt::format(
        "cannot write all results to standard output: {}; the verdict is {}, 'cryptorture "
        "status' shows it",
        errno_text(environment.out.error()), name(report.status.verdict)));
}

ExitStatus finish(Environment &environment, Connection &connection, Fan &renderer,
                  const Followed &followed, const Journal &journal, std::uint64_t registers)
{
    switch (followed.ending) {
    case Ending::Left:
        return ExitStatus::Interrupted;
    case Ending::Failed:
        (void)fail(renderer, *followed.error);
        return followed.interrupted ? ExitStatus::Interrupted : ExitStatus::CouldNotRun;
    case Ending::Ended:
        break;
    }
    const Report report = gather(environment, connection, renderer, followed.status, journal);
    renderer.verdict(report);
    tell_unwritten(environment, renderer, report);
    // Found when the run had just ended: too late for its verdict, not for ours.
    if (registers > 0 && report.status.verdict != Verdict::Corrupt) {
        renderer.message(
            "registers changed when the run had ended already, so its verdict does "
            "not have them: they count as CORRUPT all the same; run it again");
        return ExitStatus::Corrupt;
    }
    return exit_status(report.status.verdict);
}

ExitStatus run(Environment &environment, const RunWishes &wishes)
{
    const auto renderer = make_renderer(environment, wishes.json);
    auto config = make_config(wishes.parameters, online_cpus(environment.root));
    if (!config)
        return fail(*renderer, config.error());
    auto connection = connect(environment, cannot_start);
    if (!connection)
        return fail(*renderer, connection.error());
    if (const auto settled = settle_drivers(*connection->kernel, wishes.parameters, *config);
        !settled)
        return fail(*renderer, settled.error());
    if (!wishes.folder.empty()) {
        auto folder = make_folder(wishes.folder);
        if (!folder)
            return fail(*renderer, folder.error());
        renderer->add(std::move(*folder));
    }
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());

    Kernel &kernel = *connection->kernel;
    // Listening first, so that not even the first event is missed.
    const auto events = kernel.subscribe();
    if (!events)
        return fail(*renderer, events.error());
    if ((*waiter)->wait(-1, std::chrono::milliseconds(0)).interrupted)
        return ExitStatus::Interrupted;
    if (const auto started = kernel.start(*config); !started)
        return fail(*renderer, explain(kernel, started.error()));
    const auto status = kernel.status();
    if (!status)
        return fail(*renderer, status.error());
    renderer->started(connection->version, *status);

    Journal journal(status->run);
    Attendance attendance(environment, *status, **waiter, *renderer);
    Follower follower(kernel, **events, attendance, *renderer);
    const Followed followed = follower.follow(*status, journal);
    attendance.stop();
    return finish(environment, *connection, *renderer, followed, journal, attendance.found());
}

} // namespace

Action add_run(Options &options)
{
    const auto wishes = std::make_shared<RunWishes>();
    wishes->parameters.exercisers = "1";
    add_parameters(options, wishes->parameters, true);
    options.flag("--json", wishes->json, "JSON lines on standard output");
    options.value("--out", wishes->folder, "DIR",
                  "also write report.txt and report.jsonl into this folder");
    return [wishes](Environment &environment) {
        return run(environment, *wishes);
    };
}

} // namespace ct

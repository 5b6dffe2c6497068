// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture run: start, follow, verdict.
#include "command/commands.h"

#include <utility>

#include <fmt/format.h>

#include "command/conduct.h"
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
                  const Conducted &conducted)
{
    const Followed &followed = conducted.followed;
    switch (followed.ending) {
    case Ending::Left:
        return ExitStatus::Interrupted;
    case Ending::Failed:
        (void)fail(renderer, *followed.error);
        return followed.interrupted ? ExitStatus::Interrupted : ExitStatus::CouldNotRun;
    case Ending::Ended:
        break;
    }
    const Report report =
        gather(environment, connection, renderer, followed.status, conducted.journal);
    renderer.verdict(report);
    tell_unwritten(environment, renderer, report);
    // Found when the run had just ended: too late for its verdict, not for ours.
    if (conducted.registers > 0 && report.status.verdict != Verdict::Corrupt) {
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

    if ((*waiter)->wait(-1, std::chrono::milliseconds(0)).interrupted)
        return ExitStatus::Interrupted;
    const auto conducted = conduct(environment, *connection, *config, **waiter, *renderer);
    if (!conducted)
        return fail(*renderer, conducted.error());
    return finish(environment, *connection, *renderer, *conducted);
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

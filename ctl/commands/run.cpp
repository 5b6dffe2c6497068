// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture run: start, follow, verdict.
#include "commands/commands.h"

#include <utility>

#include <fmt/format.h>

#include "args/parameters.h"
#include "facts/words.h"
#include "follow/conduct.h"
#include "judge/identity.h"
#include "record/exit.h"
#include "render/folder.h"
#include "session/gather.h"
#include "session/job_watch.h"
#include "session/processors.h"
#include "text/summary.h"

namespace ct {

namespace {

struct RunOptions {
    Parameters parameters;
    bool json = false;
    bool full = false;
    std::string folder;
};

constexpr const char *cannot_start = "cannot start a run";

// A reader that is gone does not end a run. Why it could not be written is said at the end.
void print_unwritten(Environment &environment, Renderer &renderer, const Report &report)
{
    if (environment.out.error() != 0)
        renderer.message(fmt::format("the verdict is {}: 'cryptorture status' shows it",
                                     name(report.status.verdict)));
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
    Report report =
        gather(environment, connection, renderer, followed.status, conducted.journal);
    // Found when the run had just ended: too late for its verdict, not for the one printed.
    if (report.status.verdict != Verdict::Corrupt)
        report.late_registers = conducted.registers;
    report.exerciser_deaths = conducted.deaths;
    print_end(renderer, report, conducted.collector);
    print_unwritten(environment, renderer, report);
    if (report.late_registers > 0)
        renderer.message(late_registers_text);
    if (report.exerciser_deaths > 0)
        renderer.message(exerciser_deaths_text);
    return report.exit_status();
}

// Who changes a priority in mid-run, as crypto_user can, has the host use another driver.
void print_priorities(const Drivers &before, const Drivers &after, Renderer &renderer)
{
    const auto changed = changed_priorities(before, after);
    if (!changed.empty())
        renderer.message(fmt::format("priorities of drivers were changed during the run: {}; "
                                     "the host may now use other drivers",
                                     join(changed)));
}

ExitStatus run(Environment &environment, const RunOptions &options)
{
    const auto renderer =
        make_renderer(environment, options.json,
                      {.brief = !options.full, .whole = whole_command(options.folder)});
    auto config = make_config(options.parameters, online_cpus(environment.root));
    if (!config)
        return fail(*renderer, config.error());
    auto connection = connect(environment, cannot_start);
    if (!connection)
        return fail(*renderer, connection.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    const JobWatch watch(*connection->kernel, **waiter, *renderer);
    if (const auto settled = settle_drivers(*connection->kernel, options.parameters, *config);
        !settled)
        return fail(*renderer, settled.error());
    const Source source(environment.root);
    Folder *folder = nullptr; // the renderer has it
    if (!options.folder.empty()) {
        if (const auto claimed = claim_folder(options.folder); !claimed)
            return fail(*renderer, claimed.error());
        auto made = make_folder(
            options.folder, environment.program,
            identity_of(read_host(source, environment.cpuid != nullptr ? *environment.cpuid
                                                                       : real_cpuid())));
        if (!made)
            return fail(*renderer, made.error());
        folder = made->get();
        renderer->add_first(std::move(*made));
    }
    if ((*waiter)->wait(-1, std::chrono::milliseconds(0)).interrupted)
        return ExitStatus::Interrupted;
    const auto conducted = conduct(environment, *connection, *config, **waiter, *renderer);
    if (!conducted)
        return fail(*renderer, conducted.error());
    print_priorities(conducted->drivers, read_drivers(source), *renderer);
    const ExitStatus result = finish(environment, *connection, *renderer, *conducted);
    if (folder == nullptr || !folder->trouble())
        return result;
    renderer->message(folder->trouble()->sentence());
    return after_loss(result);
}

} // namespace

Command add_run(Options &options)
{
    const auto values = std::make_shared<RunOptions>();
    values->parameters.exercisers = "1";
    add_parameters(options, values->parameters, true);
    options.flag("--json", values->json, "JSON lines on standard output");
    options.flag("--full", values->full, "all of the report instead of its first facts");
    options.value("--out", values->folder, "DIR",
                  "also write run.json, mismatches.jsonl and report.txt into this folder; "
                  "'cryptorture report' reads it");
    return [values](Environment &environment) {
        return run(environment, *values);
    };
}

} // namespace ct

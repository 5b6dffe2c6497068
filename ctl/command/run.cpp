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
#include "host/identity.h"
#include "record/exit.h"
#include "render/folder.h"
#include "render/summary.h"

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
                  const Followed &followed, const Journal &journal, const Collector &collector,
                  std::uint64_t registers)
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
    Report report = gather(environment, connection, renderer, followed.status, journal);
    // Found when the run had just ended: too late for its verdict, not for ours.
    if (report.status.verdict != Verdict::Corrupt)
        report.late_registers = registers;
    renderer.verdict(report);
    tell_diagnosis(renderer, report, collector);
    tell_unwritten(environment, renderer, report);
    if (report.late_registers > 0)
        renderer.message(late_registers_text);
    return report.exit_status();
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
    Folder *folder = nullptr; // the renderer has it
    if (!wishes.folder.empty()) {
        const Source source(environment.root);
        auto made = make_folder(
            wishes.folder, environment.program,
            identity_of(read_host(source, environment.cpuid != nullptr ? *environment.cpuid
                                                                       : real_cpuid())));
        if (!made)
            return fail(*renderer, made.error());
        folder = made->get();
        renderer->add(std::move(*made));
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
    Collector collector;
    Attendance attendance(environment, *status, **waiter, *renderer);
    Follower follower(kernel, **events, attendance, *renderer);
    const Followed followed = follower.follow(*status, journal, collector);
    attendance.stop();
    const ExitStatus result = finish(environment, *connection, *renderer, followed, journal,
                                     collector, attendance.found());
    if (folder != nullptr && folder->trouble())
        renderer->message(folder->trouble()->sentence());
    return result;
}

} // namespace

Action add_run(Options &options)
{
    const auto wishes = std::make_shared<RunWishes>();
    wishes->parameters.exercisers = "1";
    add_parameters(options, wishes->parameters, true);
    options.flag("--json", wishes->json, "JSON lines on standard output");
    options.value("--out", wishes->folder, "DIR",
                  "also write run.json, mismatches.jsonl and report.txt into this folder; "
                  "'cryptorture report' reads it");
    return [wishes](Environment &environment) {
        return run(environment, *wishes);
    };
}

} // namespace ct

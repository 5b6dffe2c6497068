// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture stop: ends the run and gives its verdict.
#include "commands/commands.h"

#include "session/gather.h"
#include "session/job_watch.h"

namespace ct {

namespace {

struct StopOptions {
    bool json = false;
    bool full = false;
};

constexpr const char *cannot_stop = "cannot stop the run";

// The module may answer while its workers are still on their way out.
Result<Status> wait_for_end(Kernel &kernel, Waiter &waiter, Status status)
{
    constexpr std::chrono::milliseconds look_every{100};
    constexpr std::chrono::seconds patience{60};
    const auto deadline = waiter.now() + patience;
    const std::uint64_t run = status.run;
    while (status.active() && status.run == run) {
        if (waiter.now() > deadline)
            return failure(ErrorKind::System, cannot_stop,
                           "it is still stopping after a minute",
                           "see 'cryptorture status' and the kernel log");
        if (waiter.wait(-1, look_every).hangup)
            break;
        auto next = kernel.status();
        if (!next)
            return next;
        status = std::move(*next);
    }
    return status;
}

ExitStatus stop(Environment &environment, const StopOptions &options)
{
    const auto renderer = make_renderer(environment, options.json,
                                        {.brief = !options.full, .whole = whole_command("")});
    auto connection = connect(environment, cannot_stop);
    if (!connection)
        return fail(*renderer, connection.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    Kernel &kernel = *connection->kernel;
    const JobWatch watch(kernel, **waiter, *renderer);
    const auto stopped = kernel.stop();
    if (!stopped)
        return fail(*renderer, stopped.error());
    const auto status = wait_for_end(kernel, **waiter, *stopped);
    if (!status)
        return fail(*renderer, status.error());
    Collector collector;
    const auto journal = read_journal(kernel, *status, &collector);
    if (!journal)
        return fail(*renderer, journal.error());
    const Report report = gather(environment, *connection, *renderer, *status, *journal);
    print_end(*renderer, report, collector);
    return exit_status(status->verdict);
}

} // namespace

Command add_stop(Options &options)
{
    const auto values = std::make_shared<StopOptions>();
    options.flag("--full", values->full, "all of the report instead of its first facts");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return stop(environment, *values);
    };
}

} // namespace ct

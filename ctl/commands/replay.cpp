// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture replay: packets of a run that was saved, perhaps on another machine, run
// again on this one.
#include "commands/commands.h"

#include <algorithm>
#include <sched.h>

#include <fmt/format.h>

#include "args/option.h"
#include "base/quantity.h"
#include "damage/packet.h"
#include "session/job_watch.h"
#include "session/saved.h"

namespace ct {

namespace {

constexpr const char *cannot_replay = "cannot run a packet again";

struct ReplayOptions {
    std::vector<std::string> words; // the folder, and numbers of records
    std::optional<std::string> cpu;
    std::optional<std::string> driver;
    bool json = false;
};

bool has_packet(const Mismatch &record)
{
    return !record.changed && !record.driver.empty() && record.payload_len > 0;
}

Result<Mismatch> find_record(const SavedRun &run, std::uint64_t number)
{
    const auto place =
        std::find_if(run.records.begin(), run.records.end(),
                     [number](const Mismatch &record) { return record.number == number; });
    if (place == run.records.end())
        return failure(ErrorKind::Usage, cannot_replay,
                       fmt::format("there is no record {} in this run", number),
                       run.records.empty()
                           ? "it has none"
                           : fmt::format("it has {}, the first is {}",
                                         plural(run.records.size(), "record", "records"),
                                         run.records.front().number));
    if (!has_packet(*place))
        return failure(ErrorKind::Usage, cannot_replay,
                       fmt::format("record {} is of no packet", number),
                       "a register that changed cannot be run again: repeat the whole run");
    return *place;
}

// Those that are named; else the first of each kind, which have their bytes with them.
Result<std::vector<Mismatch>> choose(const SavedRun &run,
                                     const std::vector<std::string> &numbers)
{
    std::vector<Mismatch> chosen;
    for (const std::string &text : numbers) {
        const auto number = parse_number("record", text, 1, UINT64_MAX);
        if (!number)
            return Failure(number.error());
        auto record = find_record(run, *number);
        if (!record)
            return Failure(record.error());
        chosen.push_back(std::move(*record));
    }
    if (!numbers.empty())
        return chosen;
    for (const Mismatch &record : run.records)
        if (record.packet && has_packet(record))
            chosen.push_back(record);
    if (chosen.empty())
        return failure(ErrorKind::Usage, cannot_replay,
                       run.records.empty() ? "the run has no records"
                                           : "none of its records has a whole packet",
                       "name a record by its number");
    return chosen;
}

// Where it was, if that CPU is here.
Result<Replay> run_again(Kernel &kernel, Renderer &renderer, Mismatch &record, bool anywhere)
{
    auto replay = kernel.replay(record);
    if (replay || !anywhere || !replay.error().culprit || replay.error().culprit->name != "CPU")
        return replay;
    const auto here = static_cast<std::uint32_t>(std::max(sched_getcpu(), 0));
    renderer.message(fmt::format("record {} is of CPU {}, which is not online here: it is run "
                                 "on CPU {} first",
                                 record.number, record.cpu_before, here));
    record.cpu_before = here;
    return kernel.replay(record);
}

bool has_run(const Replay &replay)
{
    return std::any_of(replay.attempts.begin(), replay.attempts.end(),
                       [](const Attempt &attempt) {
                           return attempt.way == ReplayWay::Same && attempt.runs > 0;
                       });
}

// On which CPU and by which driver, where that was said.
Result<void> aim(const ReplayOptions &options, std::vector<Mismatch> &records)
{
    if (options.cpu) {
        const auto cpu = parse_number("--cpu", *options.cpu, 0, CPU_SETSIZE - 1);
        if (!cpu)
            return Failure(cpu.error());
        for (Mismatch &record : records)
            record.cpu_before = static_cast<std::uint32_t>(*cpu);
    }
    for (Mismatch &record : records) {
        // By the very sources that the module has: is it the packet of the record?
        const auto packet = Packet::make(record);
        if (!packet)
            return Failure(packet.error());
    }
    return {};
}

// Another driver has to be one of the same algorithm, or it is another packet.
Result<void> take_driver(Kernel &kernel, const std::string &wanted,
                         std::vector<Mismatch> &records)
{
    const auto drivers = kernel.drivers();
    if (!drivers)
        return Failure(drivers.error());
    const auto place =
        std::find_if(drivers->begin(), drivers->end(),
                     [&](const Driver &driver) { return driver.name == wanted; });
    for (Mismatch &record : records) {
        if (place != drivers->end() && place->algorithm != record.algorithm)
            return bad_value("--driver", wanted,
                             fmt::format("record {} is of {}, and this driver of {}",
                                         record.number, printable(record.algorithm),
                                         place->algorithm),
                             "'cryptorture drivers' lists them by algorithm");
        record.driver = wanted;
    }
    return {};
}

ExitStatus replay(Environment &environment, const ReplayOptions &options)
{
    const auto renderer = make_renderer(environment, options.json);
    const auto run = read_saved(cannot_replay,
                                options.words.empty() ? std::string() : options.words.front());
    if (!run)
        return fail(*renderer, run.error());
    print_saved(environment, *renderer, *run);
    auto records = choose(*run, {options.words.begin() + 1, options.words.end()});
    if (!records)
        return fail(*renderer, records.error());
    if (const auto aimed = aim(options, *records); !aimed)
        return fail(*renderer, aimed.error());
    auto connection = connect(environment, cannot_replay);
    if (!connection)
        return fail(*renderer, connection.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    Kernel &kernel = *connection->kernel;
    const JobWatch watch(kernel, **waiter, *renderer);
    if (options.driver)
        if (const auto taken = take_driver(kernel, *options.driver, *records); !taken)
            return fail(*renderer, taken.error());
    ExitStatus status = ExitStatus::Clean;
    std::size_t injected = 0;
    for (Mismatch &record : *records) {
        auto outcome = run_again(kernel, *renderer, record, !options.cpu);
        if (!outcome)
            return fail(*renderer, explain(environment, kernel, outcome.error()));
        if (outcome->wrong())
            status = ExitStatus::Corrupt;
        else if (!has_run(*outcome) && status == ExitStatus::Clean)
            status = ExitStatus::Inconclusive;
        record.replay = std::move(*outcome);
        renderer->replayed(record);
        injected += record.injected ? 1 : 0;
    }
    if (injected > 0)
        renderer->message(
            fmt::format("{} injected: without the injection such a packet is right",
                        plural(injected, "record was", "records were")));
    return status;
}

} // namespace

Command add_replay(Options &options)
{
    const auto values = std::make_shared<ReplayOptions>();
    options.rest("run", values->words,
                 "folder or file that it was saved in, and numbers of records (default: the "
                 "first of each kind)");
    options.value("--cpu", values->cpu, "N",
                  "where to run it first (default: where it was wrong)");
    options.value("--driver", values->driver, "NAME",
                  "by this driver of the same algorithm (default: that of the record)");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return replay(environment, *values);
    };
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture bench: raw, verified, single and naive speed of each driver.
#include "commands/commands.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sched.h>
#include <utility>

#include <fmt/format.h>

#include "args/list.h"
#include "args/option.h"
#include "base/quantity.h"
#include "follow/rates.h"
#include "session/job_watch.h"

namespace ct {

namespace {

constexpr const char *cannot_measure = "cannot measure";

struct BenchOptions {
    std::optional<std::string> drivers;
    std::optional<std::string> size;
    std::optional<std::string> direction;
    std::optional<std::string> duration;
    std::optional<std::string> repetitions;
    std::optional<std::string> cpu;
    bool json = false;
    bool no_rates = false;
    bool timer_rates = false;
};

Result<BenchPlan> make_plan(const BenchOptions &options)
{
    BenchPlan plan;
    const auto size = parse_number("--size", options.size.value_or("1420"), 1, payload_max);
    if (!size)
        return Failure(size.error());
    const auto direction =
        parse_direction("--direction", options.direction.value_or("encrypt"));
    if (!direction)
        return Failure(direction.error());
    const std::string time = options.duration.value_or("100ms");
    const auto duration = parse_duration("--for", time);
    if (!duration)
        return Failure(duration.error());
    if (!*duration || **duration < bench_min_ms || **duration > bench_max_ms)
        return failure(ErrorKind::Usage,
                       fmt::format("cannot use --for \"{}\"", printable(time)),
                       "one measurement takes from 1ms to 1s", "write it like 100ms");
    constexpr std::uint64_t least = 5; // a median of fewer says little
    constexpr std::uint64_t most = 1000;
    const auto repetitions =
        parse_number("--repetitions", options.repetitions.value_or("5"), least, most);
    if (!repetitions)
        return Failure(repetitions.error());
    if (options.drivers) {
        const auto drivers = parse_drivers("--drivers", *options.drivers);
        if (!drivers)
            return Failure(drivers.error());
    }
    plan.payload = static_cast<std::uint32_t>(*size);
    plan.direction = *direction;
    plan.duration_ms = static_cast<std::uint32_t>(**duration);
    plan.repetitions = static_cast<std::uint32_t>(*repetitions);
    return plan;
}

// What a row of a measurement has and a run has not.
Result<void> check_timer_rates(const BenchOptions &options)
{
    const std::array others{
        std::pair{"--size", options.size.has_value()},
        std::pair{"--direction", options.direction.has_value()},
        std::pair{"--for", options.duration.has_value()},
        std::pair{"--repetitions", options.repetitions.has_value()},
        std::pair{"--cpu", options.cpu.has_value()},
        std::pair{"--no-rates", options.no_rates},
    };
    for (const auto &[option, given] : others)
        if (given)
            return failure(ErrorKind::Usage,
                           fmt::format("cannot use {} with --timer-rates", option),
                           "that has runs of 2 s with all sizes, both directions, all CPUs",
                           "leave it out");
    return {};
}

// Stays on one CPU, for the module measures on the caller's.
Result<std::uint32_t> pin(const std::optional<std::string> &wanted)
{
    const int here = sched_getcpu();
    std::uint64_t cpu = here < 0 ? 0 : static_cast<std::uint64_t>(here);
    if (wanted) {
        const auto number = parse_number("--cpu", *wanted, 0, CPU_SETSIZE - 1);
        if (!number)
            return Failure(number.error());
        cpu = *number;
    }
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0)
        return failure(ErrorKind::Usage, cannot_measure,
                       fmt::format("CPU {} cannot be used ({})", cpu, errno_text(errno)),
                       "name one that is online with --cpu");
    return static_cast<std::uint32_t>(cpu);
}

// The modes take turns, so that a change of the machine's speed hits all alike.
Result<BenchRow> measure(Kernel &kernel, const BenchPlan &plan, const Driver &driver,
                         Renderer &renderer)
{
    std::array<std::vector<double>, count_of<BenchMode>> speeds;
    BenchRow row;
    row.driver = driver.name;
    row.algorithm = driver.algorithm;
    row.payload = plan.payload;
    row.direction = plan.direction;
    row.cpu = plan.cpu;
    row.repetitions = plan.repetitions;
    bool naive = true;
    for (std::uint32_t turn = 0; turn < plan.repetitions; ++turn) {
        for (std::size_t place = 0; place < count_of<BenchMode>; ++place) {
            const auto mode = static_cast<BenchMode>(place);
            if (mode == BenchMode::Naive && !naive)
                continue;
            const auto result = kernel.bench(BenchRequest{driver.name, mode, plan.payload,
                                                          plan.direction, plan.duration_ms});
            if (result) {
                speeds.at(place).push_back(result->speed());
                if (mode == BenchMode::Naive)
                    row.generic = result->generic;
                continue;
            }
            const ErrorKind kind = result.error().kind;
            if (mode != BenchMode::Naive ||
                (kind != ErrorKind::NotFound && kind != ErrorKind::Refused)) {
                Error error = result.error();
                if (kind == ErrorKind::Refused || kind == ErrorKind::System)
                    error.what = fmt::format("cannot measure the {} speed of {}", name(mode),
                                             printable(driver.name));
                return Failure(std::move(error));
            }
            // Not every driver has a generic one to compare with.
            naive = false;
            renderer.message(fmt::format("{}: no naive speed: {}", printable(driver.name),
                                         result.error().why));
        }
    }
    const auto speed = [&speeds](BenchMode mode) -> const std::vector<double> & {
        return speeds.at(static_cast<std::size_t>(mode));
    };
    row.raw = median(speed(BenchMode::Raw));
    row.verified = median(speed(BenchMode::Verified));
    row.single = median(speed(BenchMode::Single));
    row.verified_ratio = median_ratio(speed(BenchMode::Verified), speed(BenchMode::Raw));
    row.single_ratio = median_ratio(speed(BenchMode::Single), speed(BenchMode::Raw));
    if (naive) {
        row.naive = median(speed(BenchMode::Naive));
        row.naive_ratio = median_ratio(speed(BenchMode::Naive), speed(BenchMode::Raw));
    }
    return row;
}

// The drivers of the plan that are here; all that are present if it names none.
Result<std::vector<Driver>> choose(Environment &environment, Kernel &kernel,
                                   const BenchOptions &options, BenchPlan &plan)
{
    const auto drivers = kernel.drivers();
    if (!drivers)
        return Failure(drivers.error());
    if (options.drivers) {
        auto names = parse_drivers("--drivers", *options.drivers)
                         .and_then([&](const Selection &selection) {
                             return choose_drivers("--drivers", selection, *drivers);
                         });
        if (!names)
            return Failure(names.error());
        plan.drivers = std::move(*names);
    }
    std::vector<Driver> chosen;
    if (plan.drivers.empty()) {
        for (const Driver &driver : *drivers)
            if (driver.usable()) {
                plan.drivers.push_back(driver.name);
                chosen.push_back(driver);
            }
        return chosen;
    }
    for (const std::string &wanted : plan.drivers) {
        const auto place =
            std::find_if(drivers->begin(), drivers->end(),
                         [&](const Driver &driver) { return driver.name == wanted; });
        if (place != drivers->end() && place->usable()) {
            chosen.push_back(*place);
            continue;
        }
        Error error{ErrorKind::Refused, cannot_measure,
                    fmt::format("driver \"{}\" is not on this machine", printable(wanted)), "",
                    Culprit{"driver", wanted}};
        return Failure(explain(environment, kernel, error));
    }
    return chosen;
}

// After the measurements, which would suffer from a run on the other CPUs.
ExitStatus print_rates(Environment &environment, Kernel &kernel, Waiter &waiter,
                       Renderer &renderer)
{
    const Config config = rates_config();
    renderer.message(fmt::format("a run of {} follows, to measure how often operations are "
                                 "disturbed; --no-rates leaves it out",
                                 duration_text(config.duration_ms)));
    const auto run = measure_run(environment, kernel, waiter, renderer, config);
    if (!run)
        return fail(renderer, explain(environment, kernel, run.error()));
    renderer.bench_rates(make_rates(run->status, run->cells));
    return ExitStatus::Clean;
}

ExitStatus print_timer_rates(Environment &environment, Kernel &kernel, Waiter &waiter,
                             Renderer &renderer, const std::vector<Driver> &drivers)
{
    constexpr std::uint64_t each_ms = 2000;
    Config config;
    config.duration_ms = each_ms;
    for (const Driver &driver : drivers)
        config.drivers.push_back(driver.name);
    renderer.message(fmt::format("runs of {}, one for each rate of the timer",
                                 duration_text(config.duration_ms)));
    const auto rates = measure_timer_rates(environment, kernel, waiter, renderer, config);
    if (!rates)
        return fail(renderer, explain(environment, kernel, rates.error()));
    renderer.bench_timer(*rates);
    return ExitStatus::Clean;
}

ExitStatus bench(Environment &environment, const BenchOptions &options)
{
    const auto renderer = make_renderer(environment, options.json);
    if (options.timer_rates)
        if (const auto fits = check_timer_rates(options); !fits)
            return fail(*renderer, fits.error());
    auto plan = make_plan(options);
    if (!plan)
        return fail(*renderer, plan.error());
    const auto cpu = pin(options.cpu);
    if (!cpu)
        return fail(*renderer, cpu.error());
    plan->cpu = *cpu;
    auto connection = connect(environment, cannot_measure);
    if (!connection)
        return fail(*renderer, connection.error());
    Kernel &kernel = *connection->kernel;
    // Before the first line of a table that would stay empty.
    const auto status = kernel.status();
    if (!status)
        return fail(*renderer, status.error());
    if (status->active())
        return fail(*renderer, explain(environment, kernel,
                                       Error{ErrorKind::Busy, cannot_measure, {}, {}, {}}));
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    const JobWatch watch(kernel, **waiter, *renderer);
    const auto drivers = choose(environment, kernel, options, *plan);
    if (!drivers)
        return fail(*renderer, drivers.error());
    if (options.timer_rates)
        return print_timer_rates(environment, kernel, **waiter, *renderer, *drivers);
    renderer->bench_begin(*plan);
    for (const Driver &driver : *drivers) {
        const auto row = measure(kernel, *plan, driver, *renderer);
        if (!row)
            return fail(*renderer, explain(environment, kernel, row.error()));
        renderer->bench_row(*row);
    }
    return options.no_rates ? ExitStatus::Clean
                            : print_rates(environment, kernel, **waiter, *renderer);
}

} // namespace

Command add_bench(Options &options)
{
    const auto values = std::make_shared<BenchOptions>();
    options.value(
        "--drivers", values->drivers, "LIST",
        "only these, by name or pattern, see 'cryptorture drivers' (default: all that are "
        "present)");
    options.value("--size", values->size, "BYTES",
                  "bytes of payload, 1 to 9000 (default 1420)");
    options.value("--direction", values->direction, "WAY",
                  "encrypt or decrypt (default encrypt)");
    options.value("--for", values->duration, "TIME", "time of one measurement (default 100ms)");
    options.value("--repetitions", values->repetitions, "N",
                  "measurements of each kind, 5 or more (default 5)");
    options.value("--cpu", values->cpu, "N",
                  "the CPU to measure on (default: the current one)");
    options.flag("--no-rates", values->no_rates, "no run of 5 s for the rates of disturbances");
    options.flag("--timer-rates", values->timer_rates,
                 "instead: runs of 2 s, to find the --timer-hz that hits most operations; only "
                 "--drivers and --json go with it");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return bench(environment, *values);
    };
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture bisect: the smallest part of a run that still shows a fault.
#include "commands/commands.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "args/option.h"
#include "args/parameters.h"
#include "base/quantity.h"
#include "bisect/search.h"
#include "follow/trials.h"
#include "report/estimate.h"
#include "session/gather.h"
#include "session/job_watch.h"
#include "session/processors.h"

namespace ct {

namespace {

struct BisectOptions {
    Parameters parameters;
    std::string at_most = "5m";
    std::string confidence = "95%";
    bool json = false;
};

struct BisectPlan {
    Config config;
    TrialBounds bounds;
    double confidence = 0;
};

Result<BisectPlan> make_plan(const BisectOptions &options, const std::string &online)
{
    BisectPlan plan;
    const auto confidence = parse_confidence("--confidence", options.confidence);
    if (!confidence)
        return Failure(confidence.error());
    plan.confidence = *confidence;
    const auto at_most = parse_duration("--at-most", options.at_most);
    if (!at_most)
        return Failure(at_most.error());
    plan.bounds.trial_ms = *at_most;
    auto config = make_config(options.parameters, online);
    if (!config)
        return Failure(config.error());
    plan.config = std::move(*config);
    plan.bounds.total_ms = plan.config.duration_ms;
    return plan;
}

std::string thing_of(const Factor &factor)
{
    switch (factor.dimension) {
    case Dimension::Drivers:
        return "driver " + factor.name;
    case Dimension::Contexts:
        return "context " + factor.name;
    case Dimension::Disturbers:
        return "disturber " + factor.name;
    case Dimension::Exercisers:
        return "exerciser " + factor.name;
    case Dimension::Cpus:
        return "CPU " + factor.name;
    case Dimension::Sizes:
        break;
    }
    return "sizes " + factor.name;
}

std::string reason_of(const Factors &factors, const Absence &absence)
{
    if (absence.refused)
        return "this machine has no such run";
    if (absence.possible)
        return absence.silence == 0 && absence.shown == 0 ? "not tried" : "";
    const Factor &factor = factors[absence.factor];
    if (factor.required)
        return factor.dimension == Dimension::Drivers ? "the fault is of this driver"
                                                      : "the registers are of exercisers";
    if (factor.dimension == Dimension::Exercisers)
        return "what is left needs exercisers";
    return fmt::format("a run needs some {}", name(factor.dimension));
}

std::vector<Need> needs_of(const Factors &factors, const std::vector<Absence> &absences)
{
    std::vector<Need> needs;
    needs.reserve(absences.size());
    for (const Absence &absence : absences)
        needs.push_back({thing_of(factors[absence.factor]),
                         absence.possible && !absence.refused, reason_of(factors, absence),
                         absence.shown, absence.silence, absence.elapsed_ns,
                         absence.confidence});
    return needs;
}

// So long that it shows 99 times in 100, if it goes on as it did.
std::uint64_t duration_for(const Showings &shown, std::uint64_t otherwise_ms)
{
    constexpr double sure = 0.99;
    constexpr double ns_per_s = 1e9;
    if (shown.count == 0)
        return otherwise_ms;
    const double times = std::expm1(-std::log1p(-sure) / static_cast<double>(shown.count));
    return round_up_generously(static_cast<double>(shown.elapsed_ns) * times / ns_per_s);
}

std::string command_for(const Environment &environment, const BisectPlan &plan,
                        const Bisection &bisection, const std::vector<Driver> &drivers)
{
    const auto processors = read_processors(environment.root);
    std::string text = command_again(bisection.smallest,
                                     bisection.smallest.duration_ms.value_or(duration_max_ms),
                                     drivers, processors);
    // Without a list of the processors it does not have these.
    if (processors.empty() && bisection.smallest.cpus)
        text += " --cpus " + *bisection.smallest.cpus;
    if (plan.config.seed)
        text += " --seed " + seed_text(*plan.config.seed);
    if (plan.config.inject_every)
        text += fmt::format(" --inject-every {}", *plan.config.inject_every);
    return text;
}

BisectionEnd end_of(SearchEnd end, const Trials &trials)
{
    switch (end) {
    case SearchEnd::Minimal:
        return BisectionEnd::Narrowed;
    case SearchEnd::Vanished:
        return BisectionEnd::Vanished;
    case SearchEnd::Over:
        break;
    }
    return trials.over();
}

ExitStatus status_of(BisectionEnd end)
{
    switch (end) {
    case BisectionEnd::Narrowed:
        return ExitStatus::Corrupt;
    case BisectionEnd::Vanished:
    case BisectionEnd::OutOfTime:
        return ExitStatus::Inconclusive;
    case BisectionEnd::Interrupted:
        return ExitStatus::Interrupted;
    case BisectionEnd::Failed:
        break;
    }
    return ExitStatus::CouldNotRun;
}

// The first run has shown nothing, or had no end.
ExitStatus nothing_to_bisect(Environment &environment, Connection &connection,
                             Renderer &renderer, const Trials &trials, Sight sight)
{
    if (sight == Sight::Over && trials.error())
        return fail(renderer, *trials.error());
    if (sight == Sight::Over || !trials.conducted())
        return ExitStatus::Interrupted;
    const Conducted &conducted = *trials.conducted();
    const Status &status = conducted.followed.status;
    renderer.message("no mismatch in the first run, so there is nothing to narrow down; a "
                     "longer one (--for) may show one");
    renderer.verdict(gather(environment, connection, renderer, status, conducted.journal));
    return exit_status(status.verdict);
}

Result<std::vector<Driver>> settle(Kernel &kernel, const BisectOptions &options,
                                   BisectPlan &plan)
{
    if (const auto settled = settle_drivers(kernel, options.parameters, plan.config); !settled)
        return Failure(settled.error());
    // Also makes sure that the first run has its numbers of drivers.
    return kernel.drivers();
}

ExitStatus bisect(Environment &environment, const BisectOptions &options)
{
    const auto renderer = make_renderer(environment, options.json);
    auto plan = make_plan(options, online_cpus(environment.root));
    if (!plan)
        return fail(*renderer, plan.error());
    auto connection = connect(environment, "cannot bisect");
    if (!connection)
        return fail(*renderer, connection.error());
    auto waiter = environment.make_waiter();
    if (!waiter)
        return fail(*renderer, waiter.error());
    const JobWatch watch(*connection->kernel, **waiter, *renderer);
    const auto drivers = settle(*connection->kernel, options, *plan);
    if (!drivers)
        return fail(*renderer, drivers.error());

    Trials trials(environment, *connection, **waiter, *renderer, plan->bounds);
    if (const Sight sight = trials.first(plan->config, *drivers); sight != Sight::Shown)
        return nothing_to_bisect(environment, *connection, *renderer, trials, sight);
    const Trial &first = trials.all().front();
    Search search(trials.factors(), trials, {plan->confidence, first.elapsed_ns});
    const Narrowed narrowed = search.narrow();

    Bisection bisection;
    bisection.end = end_of(narrowed.end, trials);
    bisection.fault = trials.fault();
    bisection.everything = trials.config(trials.factors().all());
    bisection.smallest = trials.config(narrowed.smallest);
    bisection.shown = narrowed.shown;
    bisection.confidence = plan->confidence;
    bisection.needs = needs_of(trials.factors(), narrowed.absences);
    for (const auto &[text, records] : trials.list().others)
        bisection.others.emplace_back(text, records);
    bisection.trials = trials.all();
    bisection.elapsed_ns = trials.elapsed_ns();
    bisection.smallest.duration_ms =
        duration_for(bisection.shown, plan->bounds.trial_ms.value_or(duration_max_ms));
    bisection.command = command_for(environment, *plan, bisection, *drivers);
    if (bisection.end == BisectionEnd::Failed && trials.error())
        renderer->error(*trials.error());
    renderer->bisection(bisection);
    return status_of(bisection.end);
}

} // namespace

Command add_bisect(Options &options)
{
    const auto values = std::make_shared<BisectOptions>();
    values->parameters.duration = "30m";
    values->parameters.exercisers = "1";
    options.value("--for", values->parameters.duration, "TIME",
                  "how long for all of it, like 30m, 8h or forever (default 30m)");
    options.value("--at-most", values->at_most, "TIME",
                  "how long to wait for the fault in one run (default 5m)");
    options.value("--confidence", values->confidence, "PERCENT",
                  "how sure to be that a run without the fault means something, 50% to 99.9% "
                  "(default 95%)");
    add_selection(options, values->parameters, true);
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return bisect(environment, *values);
    };
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/watch_plan.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "args/option.h"
#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::uint64_t default_watch_ms = 60'000;
constexpr std::uint64_t sample_most = 1'000'000;
constexpr std::uint64_t budget_most = 100'000'000;

Result<std::uint32_t> parse_sample(const std::string &text)
{
    constexpr std::string_view prefix = "1/";
    const auto number = text.starts_with(prefix)
                            ? whole_number(std::string_view(text).substr(prefix.size()))
                            : std::nullopt;
    if (!number || *number < 1 || *number > sample_most)
        return bad_value("--sample", text, "this is no share of the packets",
                         "write it like 1/10, down to 1/1000000");
    return static_cast<std::uint32_t>(*number);
}

// The first option that a watch cannot have.
std::optional<std::string> option_of_tunnels(const EspOptions &values)
{
    const std::array<std::pair<const std::optional<std::string> *, const char *>, 9> given{{
        {&values.modes, "--modes"},
        {&values.families, "--families"},
        {&values.algorithms, "--algorithms"},
        {&values.keys, "--keys"},
        {&values.esn, "--esn"},
        {&values.drivers, "--drivers"},
        {&values.traffic, "--traffic"},
        {&values.pattern, "--pattern"},
        {&values.seed, "--seed"},
    }};
    for (const auto &[value, option] : given)
        if (value->has_value())
            return option;
    if (values.inject_every)
        return "--inject-every";
    const std::array<std::pair<bool, const char *>, 4> flags{{
        {values.until_mismatch, "--until-mismatch"},
        {values.offload, "--offload"},
        {values.gro, "--gro"},
        {values.no_disturb, "--no-disturb"},
    }};
    for (const auto &[value, option] : flags)
        if (value)
            return option;
    return std::nullopt;
}

} // namespace

void add_watch_options(Options &options, WatchOptions &values)
{
    options.value("--watch", values.interface, "INTERFACE",
                  "watch the ESP that this host sends and receives there, without tunnels of "
                  "its own, and change nothing");
    options.value("--sample", values.sample, "1/N",
                  "with --watch: look at one packet of N (default: all)");
    options.value("--budget", values.budget, "N",
                  "with --watch: open at most N packets a second, or unlimited (default 5000)");
}

Result<WatchPlan> parse_watch_plan(const WatchOptions &values, const EspOptions &tunnels)
{
    WatchPlan plan;
    plan.interface = values.interface.value_or("");
    if (const auto option = option_of_tunnels(tunnels))
        return failure(ErrorKind::Usage, fmt::format("cannot use {} with --watch", *option),
                       "it is of a run with tunnels of its own, and a watch takes this host's "
                       "as they are",
                       "leave one of the two out");
    plan.duration_ms = default_watch_ms;
    if (tunnels.duration) {
        const auto duration = parse_duration("--for", *tunnels.duration);
        if (!duration)
            return Failure(duration.error());
        plan.duration_ms = *duration;
    }
    if (values.sample) {
        const auto sample = parse_sample(*values.sample);
        if (!sample)
            return Failure(sample.error());
        plan.sample = *sample;
    }
    if (values.budget && *values.budget == "unlimited") {
        plan.budget = 0;
    } else if (values.budget) {
        const auto budget = parse_number("--budget", *values.budget, 0, budget_most);
        if (!budget)
            return Failure(budget.error());
        plan.budget = *budget;
    }
    return plan;
}

Result<void> refuse_watch_options(const WatchOptions &values)
{
    const char *const option = values.sample   ? "--sample"
                               : values.budget ? "--budget"
                                               : nullptr;
    if (option == nullptr)
        return {};
    return failure(ErrorKind::Usage, fmt::format("cannot use {} without --watch", option),
                   "a run with tunnels of its own looks at every packet",
                   "name the interface to watch with --watch INTERFACE");
}

} // namespace ct

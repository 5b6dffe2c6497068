// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/parameters.h"

#include <utility>

#include "args/option.h"

namespace ct {

namespace {

// Takes the value of an option over, if there is one and all was well so far.
class Taker {
public:
    template <typename Target, typename Parser>
    void take(const char *option, const std::optional<std::string> &text, Target &target,
              const Parser &parser)
    {
        if (!text || error_)
            return;
        auto value = parser(option, *text);
        if (value)
            target = std::move(*value);
        else
            error_ = std::move(value.error());
    }

    [[nodiscard]] const std::optional<Error> &error() const { return error_; }

private:
    std::optional<Error> error_;
};

} // namespace

void add_parameters(Options &options, Parameters &parameters, bool attached)
{
    options.value("--for", parameters.duration, "TIME",
                  "how long, like 30s, 5m, 2h, 1d or forever (default 5m)");
    options.flag("--until-mismatch", parameters.until_mismatch, "end at the first mismatch");
    add_selection(options, parameters, attached);
}

void add_selection(Options &options, Parameters &parameters, bool attached)
{
    options.value("--drivers", parameters.drivers, "LIST",
                  "only these, by name or pattern, like 'cryptd*,rfc4106*' or "
                  "all,-cbc-aes-aesni; see 'cryptorture drivers' (default: every driver)");
    options.value("--contexts", parameters.contexts, "LIST",
                  attached ? "task, softirq, caller or all (default all; caller needs "
                             "exercisers)"
                           : "task, softirq or all (default all)");
    options.value("--disturb", parameters.disturb, "LIST",
                  "what disturbs operations: timer, preempt, shuffle, ipi, resched, "
                  "membarrier, hotplug, memory, all or none; all,-hotplug leaves one out "
                  "(default: all but hotplug, memory)");
    options.value("--cpus", parameters.cpus, "LIST",
                  "only these, like 0-3,5 or all,-0 (default: all that are online)");
    if (attached)
        options.value("--exercisers", parameters.exercisers, "N",
                      "user threads with live registers on each CPU, 0 to 16 (default 1)");
    options.value("--sizes", parameters.sizes, "LIST",
                  "bytes of payload, like 64,1300-1500, up to 9000 (default: as networks have "
                  "them)");
    options.value("--load", parameters.load, "PERCENT",
                  "part of each CPU's time, 0.1% to 100% (default 100%)");
    options.value("--timer-hz", parameters.timer_hz, "HZ",
                  "how often the timer interrupts on each CPU, 10 to 200000 (default 4000)");
    options.value("--seed", parameters.seed, "SEED",
                  "makes the same packets again, like 42 or 0x2a (default: random)");
    options.value("--inject-every", parameters.inject_every, "N",
                  "flip a bit of our own output buffer in every Nth operation of a worker, "
                  "to see that it is found");
}

Result<Config> make_config(const Parameters &parameters, const std::string &online)
{
    Config config;
    Taker taker;
    config.until_mismatch = parameters.until_mismatch;
    const auto number = [](std::uint32_t min, std::uint32_t max) {
        return [min, max](const std::string &option, const std::string &text) {
            return parse_number(option, text, min, max).map([](std::uint64_t value) {
                return static_cast<std::uint32_t>(value);
            });
        };
    };
    taker.take("--for", std::optional(parameters.duration), config.duration_ms, parse_duration);
    // The lists below depend on it.
    taker.take("--exercisers", std::optional(parameters.exercisers), config.exercisers,
               number(0, exercisers_max));
    const auto with_exercisers = [&config](auto parser) {
        return [&config, parser](const std::string &option, const std::string &text) {
            return parser(option, text, config.exercisers);
        };
    };
    // The names of drivers are for settle_drivers(), once the module can be asked.
    Selection drivers;
    taker.take("--drivers", parameters.drivers, drivers, parse_drivers);
    taker.take("--contexts", parameters.contexts, config.contexts,
               with_exercisers(parse_contexts));
    taker.take("--disturb", parameters.disturb, config.disturbers,
               with_exercisers(parse_disturbers));
    taker.take("--cpus", parameters.cpus, config.cpus,
               [&online](const std::string &option, const std::string &text) {
                   return parse_cpus(option, text, online);
               });
    taker.take("--sizes", parameters.sizes, config.sizes, parse_sizes);
    taker.take("--load", parameters.load, config.load, parse_load);
    taker.take("--timer-hz", parameters.timer_hz, config.timer_hz,
               number(timer_hz_min, timer_hz_max));
    taker.take("--seed", parameters.seed, config.seed, parse_seed);
    taker.take("--inject-every", parameters.inject_every, config.inject_every,
               [](const std::string &option, const std::string &text) {
                   return parse_number(option, text, 1, UINT64_MAX);
               });
    if (taker.error())
        return Failure(*taker.error());
    return config;
}

Result<void> settle_drivers(Kernel &kernel, const Parameters &parameters, Config &config)
{
    if (!parameters.drivers)
        return {};
    const auto selection = parse_drivers("--drivers", *parameters.drivers);
    if (!selection)
        return Failure(selection.error());
    Result<std::vector<Driver>> drivers;
    if (needs_drivers(*selection))
        drivers = kernel.drivers();
    if (!drivers)
        return Failure(drivers.error());
    auto chosen = choose_drivers("--drivers", *selection, *drivers);
    if (!chosen)
        return Failure(chosen.error());
    config.drivers = std::move(*chosen);
    return {};
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/parameters.h"

#include "command/option.h"

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

void add_parameters(Options &options, Parameters &parameters)
{
    options.value("--for", parameters.duration, "TIME",
                  "how long, like 30s, 5m, 2h, 1d or forever (default 5m)");
    options.flag("--until-mismatch", parameters.until_mismatch, "end at the first mismatch");
    options.value("--drivers", parameters.drivers, "LIST",
                  "only these, see 'cryptorture drivers' (default: every driver)");
    options.value("--contexts", parameters.contexts, "LIST",
                  "task, softirq or all (default all)");
    options.value("--disturb", parameters.disturb, "LIST",
                  "what gets in the way of operations: timer, preempt, all or none "
                  "(default all)");
    options.value("--cpus", parameters.cpus, "LIST",
                  "only these, like 0-3,5 (default: all that are online)");
    options.value("--load", parameters.load, "PERCENT",
                  "part of each CPU's time, 0.1% to 100% (default 100%)");
    options.value("--timer-hz", parameters.timer_hz, "HZ",
                  "how often the timer interrupts on each CPU, 10 to 20000 (default 4000)");
    options.value("--seed", parameters.seed, "SEED",
                  "makes the same packets again, like 42 or 0x2a (default: random)");
    options.value("--inject-every", parameters.inject_every, "N",
                  "flip a bit of our own output buffer in every Nth operation of a worker, "
                  "to see that it is found");
}

Result<Config> make_config(const Parameters &parameters)
{
    Config config;
    Taker taker;
    config.until_mismatch = parameters.until_mismatch;
    taker.take("--for", std::optional(parameters.duration), config.duration_ms, parse_duration);
    taker.take("--drivers", parameters.drivers, config.drivers, parse_drivers);
    taker.take("--contexts", parameters.contexts, config.contexts, parse_contexts);
    taker.take("--disturb", parameters.disturb, config.disturbers, parse_disturbers);
    taker.take("--cpus", parameters.cpus, config.cpus, parse_cpus);
    taker.take("--load", parameters.load, config.load, parse_load);
    taker.take("--timer-hz", parameters.timer_hz, config.timer_hz,
               [](const std::string &option, const std::string &text) {
                   return parse_number(option, text, timer_hz_min, timer_hz_max)
                       .map(
                           [](std::uint64_t rate) { return static_cast<std::uint32_t>(rate); });
               });
    taker.take("--seed", parameters.seed, config.seed, parse_seed);
    taker.take("--inject-every", parameters.inject_every, config.inject_every,
               [](const std::string &option, const std::string &text) {
                   return parse_number(option, text, 1, UINT64_MAX);
               });
    if (taker.error())
        return Failure(*taker.error());
    return config;
}

} // namespace ct

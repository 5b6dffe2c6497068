// SPDX-License-Identifier: GPL-2.0-or-later
#include "replays.h"

#include <algorithm>

namespace ct::test {

namespace {

constexpr std::uint32_t replay_cpus = 4;
constexpr std::uint32_t few_trials = 8;
constexpr std::uint32_t many_trials = 1000;
constexpr std::uint32_t wrong_enough = 8;

// Whether the packet is wrong in each way.
struct Pattern {
    bool here = false;
    bool other_cpu = false;
    bool new_key = false;
    bool other_driver = false;
};

Pattern pattern_of(BugClass bug_class, Random &random)
{
    switch (bug_class) {
    case BugClass::DriverData:
    case BugClass::SgWriteback:
        return {true, true, true, false};
    case BugClass::CpuDeterministic:
        return {true, false, true, below(random, 2) == 0};
    case BugClass::KeySchedule:
        // Or it was right again by then.
        return below(random, 4) == 0 ? Pattern{} : Pattern{true, true, false, false};
    default:
        return {}; // a matter of moments
    }
}

Attempt attempt(ReplayWay way, std::uint32_t cpu, std::uint32_t runs, bool wrong)
{
    Attempt made;
    made.way = way;
    made.cpu = cpu;
    made.runs = runs;
    made.wrong = wrong ? runs : 0;
    return made;
}

Attempt often(ReplayWay way, std::uint32_t cpu, std::uint32_t most, double likely,
              Random &random)
{
    constexpr std::size_t fine = 1000000;
    Attempt made;
    made.way = way;
    made.cpu = cpu;
    while (made.runs < most && made.wrong < wrong_enough) {
        ++made.runs;
        if (likely > 0 && static_cast<double>(below(random, fine)) < likely * fine)
            ++made.wrong;
    }
    return made;
}

bool always_wrong(const Attempt &same, const Attempt &irqs_off)
{
    return irqs_off.runs > 0 ? irqs_off.wrong == irqs_off.runs && same.wrong > 0
                             : same.wrong == same.runs;
}

Replay replay_of(const Mismatch &record, const Pattern &pattern, const Random &random)
{
    const std::uint32_t cpu = record.cpu_before;
    Replay replay;
    replay.state = ReplayState::Done;
    replay.attempts.push_back(attempt(ReplayWay::Same, cpu, 8, pattern.here));
    replay.attempts.push_back(attempt(ReplayWay::IrqsOff, cpu, 8, pattern.here));
    const double here = pattern.here ? 1 : 0;
    add_trials(replay, {here, pattern.other_cpu ? 1.0 : 0, here}, cpu == 0 ? 1 : 0, random);
    for (std::uint32_t other = 0; other < replay_cpus; ++other)
        if (other != cpu)
            replay.attempts.push_back(
                attempt(ReplayWay::OtherCpu, other, 4, pattern.other_cpu));
    replay.attempts.push_back(attempt(ReplayWay::OtherDriver, cpu, 4, pattern.other_driver));
    replay.attempts.back().driver = "other-generic";
    replay.attempts.push_back(attempt(ReplayWay::Reference, cpu, 1, false));
    replay.attempts.push_back(attempt(ReplayWay::NewKey, cpu, 4, pattern.new_key));
    return replay;
}

} // namespace

void run_again(Evidence &evidence, BugClass bug_class, Random &random)
{
    const Pattern pattern = pattern_of(bug_class, random);
    for (Mismatch &record : evidence.records)
        if (!record.changed)
            record.replay = replay_of(record, pattern, random);
}

void add_trials(Replay &replay, const Trials &likely, std::uint32_t other_cpu, Random random)
{
    const Attempt same = replay.attempts.at(0);
    const Attempt irqs_off = replay.attempts.at(1);
    Random own(random()); // the caller goes on with the same numbers
    std::uint32_t times = few_trials;
    if (!always_wrong(same, irqs_off)) {
        const Attempt many = often(ReplayWay::Many, same.cpu, many_trials, likely.here, own);
        replay.attempts.push_back(many);
        if (many.wrong > 0) {
            replay.attempts.push_back(
                often(ReplayWay::ManyElsewhere, other_cpu, many.runs, likely.elsewhere, own));
            times = std::max(many.runs, few_trials);
        }
    }
    Attempt quiet = often(ReplayWay::SoftirqsOff, same.cpu, irqs_off.error ? 0 : times,
                          likely.softirqs_off, own);
    quiet.error = irqs_off.error;
    replay.attempts.push_back(quiet);
}

} // namespace ct::test

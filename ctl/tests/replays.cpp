// SPDX-License-Identifier: GPL-2.0-or-later
#include "replays.h"

namespace ct::test {

namespace {

constexpr std::uint32_t replay_cpus = 4;

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

Replay replay_of(const Mismatch &record, const Pattern &pattern)
{
    const std::uint32_t cpu = record.cpu_before;
    Replay replay;
    replay.state = ReplayState::Done;
    replay.attempts.push_back(attempt(ReplayWay::Same, cpu, 8, pattern.here));
    replay.attempts.push_back(attempt(ReplayWay::IrqsOff, cpu, 8, pattern.here));
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
            record.replay = replay_of(record, pattern);
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
// What a run adds to the records: packets run again, and the counts of cells.
#include <algorithm>

#include "mechanisms/machine.h"
#include "record/counters.h"
#include "replays.h"

namespace ct::test {

namespace {

constexpr std::uint32_t not_supported = 95;

bool is_aead(const std::string &algorithm)
{
    return algorithm.find("gcm") != std::string::npos ||
           algorithm.find("authenc") != std::string::npos;
}

} // namespace

std::uint32_t FaultMachine::wrong_of(std::uint32_t runs, double of_one)
{
    std::uint32_t wrong = 0;
    for (std::uint32_t run = 0; run < runs; ++run)
        wrong += chance(random_, of_one) ? 1 : 0;
    return wrong;
}

void FaultMachine::attempt(Replay &replay, ReplayWay way, std::uint32_t cpu, std::uint32_t runs,
                           double of_one)
{
    Attempt made;
    made.way = way;
    made.cpu = cpu;
    made.runs = runs;
    made.wrong = wrong_of(runs, of_one);
    replay.attempts.push_back(made);
}

// Four of a kind, and when there are many, one.
bool FaultMachine::takes_again(const Mismatch &record)
{
    const auto of_kind =
        std::count_if(records_.begin(), records_.end() - 1, [&](const Mismatch &other) {
            return other.driver == record.driver && other.direction == record.direction &&
                   other.what == record.what && other.replay &&
                   other.replay->state == ReplayState::Done;
        });
    return taken_ < 32 && of_kind < (taken_ < 16 ? 4 : 1);
}

void FaultMachine::again(const Again &how)
{
    if (!runs_again_)
        return;
    Mismatch &record = records_.back();
    record.replay.emplace();
    if (!takes_again(record)) {
        record.replay->state = ReplayState::Enough;
        return;
    }
    ++taken_;
    const MachineDriver driver = driver_of(record);
    const std::uint32_t cpu = record.cpu_before;
    Replay &replay = *record.replay;
    replay.state = ReplayState::Done;
    attempt(replay, ReplayWay::Same, cpu, 8, how.same);
    if (record.context == Context::Softirq)
        replay.attempts.back().context = Context::Softirq;
    attempt(replay, ReplayWay::IrqsOff, cpu, driver.async ? 0 : 8, how.irqs_off);
    if (driver.async)
        replay.attempts.back().error = not_supported;
    const std::uint32_t other_cpu = cpu == 0 ? 1 : 0;
    const bool bad_too = std::count(how.bad_cpus.begin(), how.bad_cpus.end(), other_cpu) > 0;
    add_trials(replay, {how.same, bad_too ? how.same : how.other_cpu, how.irqs_off}, other_cpu,
               random_);
    std::uint32_t tried = 0;
    for (std::uint32_t other = 0; other < cpus_ && tried < 8; ++other) {
        if (other == cpu || (cpus_ > 9 && other % 2 == 0 && chance(random_, 0.8)))
            continue;
        ++tried;
        const bool bad = std::count(how.bad_cpus.begin(), how.bad_cpus.end(), other) > 0;
        attempt(replay, ReplayWay::OtherCpu, other, 4, bad ? how.same : how.other_cpu);
    }
    replay.cpus_left = cpus_ - 1 - tried;
    for (const MachineDriver &other : drivers_) {
        if (other.algorithm != driver.algorithm || other.name == driver.name)
            continue;
        const double wrong = other.simd ? how.other_simd : how.other_scalar;
        attempt(replay, ReplayWay::OtherDriver, cpu, 4, how.one_driver_only ? 0 : wrong);
        replay.attempts.back().driver = other.name;
    }
    attempt(replay, ReplayWay::OtherDirection, cpu, 4, how.other_direction);
    attempt(replay, ReplayWay::Reference, cpu, 1, how.reference);
    attempt(replay, ReplayWay::NewKey, cpu, 4, how.new_key);
    attempt(replay, ReplayWay::Reference, cpu == 0 ? 1 : 0, 1, how.reference);
}

void FaultMachine::add_cells(Evidence &evidence, const MachineDriver &driver)
{
    constexpr std::array<Context, 3> contexts{Context::Task, Context::Softirq, Context::Caller};
    constexpr std::array<Direction, 3> directions{Direction::Encrypt, Direction::Decrypt,
                                                  Direction::Tampered};
    for (std::uint32_t cpu = 0; cpu < cpus_; ++cpu)
        for (const Context context : contexts)
            for (const Direction direction : directions) {
                if ((context == Context::Caller && !callers_) ||
                    (context == Context::Softirq && driver.threaded) ||
                    (direction == Direction::Tampered && !is_aead(driver.algorithm)))
                    continue;
                CellTotal cell;
                cell.driver = driver.name;
                cell.cpu = cpu;
                cell.context = context;
                cell.direction = direction;
                const bool softirq = context == Context::Softirq;
                cell.operations = (driver.simd ? 40000 : 9000) + below(random_, 20000);
                cell.operations /= softirq ? 4 : 1;
                cell.operations /= direction == Direction::Tampered ? 6 : 1;
                cell.bytes = cell.operations * 700;
                cell.interruptions = softirq ? 0 : cell.operations / 5;
                cell.fpu_hits = driver.simd && !softirq ? cell.operations / 50 : 0;
                cell.preemptions =
                    softirq ? 0 : cell.operations / (driver.threaded || driver.async ? 1 : 70);
                cell.nested = softirq ? cell.operations * 6 / 10 : 0;
                over_fpu_section(cell) = softirq ? cell.operations * 6 / 100 : 0;
                cell.simd = cell.operations - over_fpu_section(cell);
                cell.fallbacks = driver.simd ? over_fpu_section(cell) : 0;
                cell.async = driver.async ? cell.operations : 0;
                cell.migrations = driver.deferred ? cell.operations / 2 : 0;
                cell.live = context == Context::Caller ? cell.operations * 8 / 10 : 0;
                for (const Mismatch &record : records_)
                    if (record.driver == driver.name && record.cpu_before == cpu &&
                        record.context == context && record.direction == direction) {
                        ++cell.mismatches;
                        cell.mismatches_moved +=
                            driver.deferred || record.cpu_after != cpu ? 1 : 0;
                    }
                evidence.cells.push_back(cell);
            }
}

Evidence FaultMachine::evidence()
{
    Evidence evidence;
    for (const MachineDriver &driver : drivers_)
        add_cells(evidence, driver);
    evidence.records = records_;
    return evidence;
}

} // namespace ct::test

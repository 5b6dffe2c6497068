// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/together.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "analysis/facts.h"
#include "analysis/repeat.h"
#include "base/quantity.h"
#include "weigh/concurrent.h"
#include "weigh/losses.h"
#include "weigh/replays.h"
#include "weigh/spread.h"

namespace ct {

namespace {

void weigh_repeats(Scores &scores, const std::vector<const Mismatch *> &records,
                   const Recurrence &recurrence, const Tendencies &statistics)
{
    using enum BugClass;
    // What is wrong with a key is wrong with it every time and everywhere.
    if (!recurrence.same || scores.at(KeySchedule) >= 40 || scores.at(AsyncOrder) >= 60 ||
        scores.at(DriverRace) >= 60 || scores.at(AuthBypass) >= 60 ||
        scores.at(SgWriteback) >= 60 || scores.at(FpuSleep) >= 40)
        return;
    // Dozens of runs that were right outweigh a few records that look alike.
    if (Answers(records).right()) {
        scores.add(Memory, scores.at(Memory) > 0 ? 15 : 0,
                   "the same packet was wrong in the same way more than once, and right each "
                   "time that it was run again: the damage lies where the bytes were kept");
        return;
    }
    if (recurrence.of_drivers) {
        const char *const why =
            "several drivers get the same packet wrong in the same way: its "
            "expected result is in doubt";
        scores.add(Memory, 60, why);
        scores.add_to_suspected({FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent,
                                 CpuDeterministic, DriverData, DriverRace},
                                -50, why);
        return;
    }
    // The CPUs of one core, perhaps: running them again says more.
    if (Answers(records).mostly({Repeat::ThisCpu}))
        return;
    if (recurrence.elsewhere) {
        const char *const why = "the same packet is wrong in the same way on several CPUs";
        scores.add(DriverData, 65, why);
        for (const BugClass other :
             {FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent, CpuDeterministic, Memory})
            scores.add(other, -50, why);
        return;
    }
    const char *const why = "the same packet is wrong in the same way again on the same CPU";
    scores.add(CpuDeterministic, 50, why);
    scores.add(DriverData, statistics.one_cpu ? 0 : 25, why);
    for (const BugClass other : {FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent, Memory})
        scores.add(other, -40, why);
}

// setkey uses the FPU as well, and a wrong key schedule stays wrong.
void weigh_spoiled(Scores &scores, const Recurrence &recurrence)
{
    if (recurrence.spoiled > 0 && scores.at(BugClass::FpuNested) >= score::medium)
        scores.add(BugClass::FpuNested, 3,
                   plural(recurrence.spoiled,
                          "transform has a wrong key schedule: the same packets were wrong in "
                          "the same way again with this transform only",
                          "transforms have wrong key schedules: the same packets were wrong in "
                          "the same way again with these transforms only"));
}

// A buffer for each CPU that a softirq uses over an operation of the same driver: whatever the
// operation was at, in an FPU section or not.
void weigh_nested(Scores &scores, const std::vector<const Mismatch *> &records,
                  const std::vector<double> &weights)
{
    using enum BugClass;
    double all = 0;
    double nested = 0;
    double inside = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        if (record.changed || record.wire || record.context == Context::Softirq)
            continue;
        all += weights[place];
        nested += record.nested > 0 ? weights[place] : 0;
        inside += interrupted(record) ? weights[place] : 0;
    }
    constexpr double enough = 2.5;
    if (all < enough || nested * 10 < all * 8 || inside * 2 > all)
        return;
    const char *const why = "softirqs encrypted or decrypted over nearly all wrong operations, "
                            "and mostly outside of FPU sections";
    scores.add(DriverRace, 50, why);
    scores.add_to_suspected({FpuNested, VcpuSwitch, DriverData}, -30, why);
}

// What strikes at any moment strikes any block; another IV is there from the first one on.
void weigh_start(Scores &scores, const std::vector<const Mismatch *> &records,
                 const std::vector<const RecordDiagnosis *> &examined,
                 const std::vector<double> &weights)
{
    using enum BugClass;
    constexpr std::uint32_t blocks_enough = 4; // the first of fewer is hit too often by chance
    double all = 0;
    double starts = 0;
    double in_flight = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        const auto &damage = examined[place]->damage;
        if (!damage || damage->blocks.empty() || damage->key_fault ||
            record.text_len < blocks_enough * block_size)
            continue;
        const bool chained = record.algorithm.find("cbc(") != std::string::npos;
        const bool start = damage->from_the_start && damage->untouched == 0 &&
                           damage->blocks.front().entry.extent == Extent::Whole &&
                           (chained ? damage->blocks.size() == 1 : damage->to_the_end);
        all += weights[place];
        starts += start ? weights[place] : 0;
        in_flight += flying(record) ? weights[place] : 0;
    }
    constexpr double enough = 3;
    if (all < enough || starts * 10 < all * 9)
        return;
    const char *const why = "always wrong from the first block on, as with another IV";
    scores.add(in_flight * 2 > all ? AsyncOrder : DriverRace, 40, why);
    scores.add_to_suspected({FpuNested, VcpuSwitch, FpuSleep}, -30, why);
}

void weigh_interruptions(Scores &scores, const Tendencies &statistics)
{
    for (const Trend &trend : statistics.trends)
        if ((trend.factor == "interruption" || trend.factor == "softirq operation") &&
            trend.significant() && scores.at(BugClass::FpuNested) >= score::medium)
            scores.add(BugClass::FpuNested, 8,
                       fmt::format("{}s inside FPU sections correlate with the mismatches",
                                   trend.factor));
}

// Nothing is lost by losing the CPU, unless it was kept in a register meanwhile.
void weigh_sleep(Scores &scores, const Tendencies &statistics)
{
    using enum BugClass;
    constexpr double some = 20;
    if (!statistics.preempted || scores.at(FpuSleep) < some)
        return;
    const char *const why = "nearly all wrong operations lost their CPU, and few others do";
    scores.add(FpuSleep, 25, why);
    for (const BugClass other : {FpuNested, VcpuSwitch})
        scores.add(other, -20, why);
}

} // namespace

void weigh_together(Scores &scores, const std::vector<const Mismatch *> &records,
                    const std::vector<const RecordDiagnosis *> &examined, const RunFacts &facts)
{
    const Tendencies &statistics = facts.statistics;
    const Recurrence &recurrence = facts.recurrence;
    weigh_losses(scores, records);
    weigh_repeats(scores, records, recurrence, statistics);
    weigh_spoiled(scores, recurrence);
    weigh_spread(scores, records, examined, facts);
    weigh_nested(scores, records, recurrence.weights);
    weigh_start(scores, records, examined, recurrence.weights);
    weigh_interruptions(scores, statistics);
    weigh_bits(scores, examined, facts);
    weigh_both_sides(scores, records, examined);
    weigh_sleep(scores, statistics);
    weigh_replays(scores, records, recurrence.weights);
    weigh_concurrent(scores, records, examined, facts);
    const auto faults =
        std::count_if(examined.begin(), examined.end(), [](const RecordDiagnosis *diagnosis) {
            return diagnosis->damage && diagnosis->damage->key_fault;
        });
    if (faults > 1 && scores.at(BugClass::KeySchedule) >= score::medium)
        scores.add(BugClass::KeySchedule, 5, "several operations had a wrong round key");
}

} // namespace ct

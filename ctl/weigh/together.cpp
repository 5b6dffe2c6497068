// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/together.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/facts.h"
#include "analysis/repeat.h"
#include "base/quantity.h"
#include "weigh/losses.h"
#include "weigh/replays.h"

namespace ct {

namespace {

// Of those that were run again: how often each answer was given.
class Answers {
public:
    explicit Answers(const std::vector<const Mismatch *> &records)
    {
        for (const Mismatch *const record : records) {
            const Repeat repeat = repeat_of(*record);
            known_ += repeat == Repeat::Unknown ? 0 : 1;
            ++counts_.at(static_cast<std::size_t>(repeat));
        }
    }
    [[nodiscard]] bool known() const { return known_ > 0; }
    [[nodiscard]] bool mostly(std::initializer_list<Repeat> answers) const
    {
        std::size_t sum = 0;
        for (const Repeat answer : answers)
            sum += counts_.at(static_cast<std::size_t>(answer));
        return known_ > 0 && sum * 10 >= known_ * 9;
    }

private:
    static constexpr std::size_t kinds = static_cast<std::size_t>(Repeat::Expectation) + 1;
    std::array<std::size_t, kinds> counts_{};
    std::size_t known_ = 0;
};

// As if with other data each time.
bool right_when_run_again(const std::vector<const Mismatch *> &records)
{
    return Answers(records).mostly({Repeat::Never});
}

bool matter_of_moments(const std::vector<const Mismatch *> &records)
{
    return Answers(records).mostly({Repeat::Never, Repeat::Sometimes});
}

// The class of a driver's own faults that has most points.
BugClass worst_of_driver(const Scores &scores, bool moments)
{
    using enum BugClass;
    BugClass worst = moments ? DriverRace : DriverData;
    double most = scores.at(worst) + (moments ? 25 : 0);
    for (const BugClass other :
         {DriverData, DriverRace, AsyncOrder, AuthBypass, SgWriteback, FpuSleep})
        if (scores.at(other) > most) {
            worst = other;
            most = scores.at(other);
        }
    return worst;
}

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
    if (right_when_run_again(records)) {
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
        for (const BugClass other : {FpuNested, VcpuSwitch, FpuSleep, CpuIntermittent,
                                     CpuDeterministic, DriverData, DriverRace})
            if (scores.at(other) > 0)
                scores.add(other, -50, why);
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

void weigh_cpu(Scores &scores, const Tendencies &statistics)
{
    using enum BugClass;
    const bool bits = scores.at(CpuIntermittent) + scores.at(CpuDeterministic) >= 60;
    if (statistics.one_cpu) {
        const char *const why = "mismatches gather on one CPU while the others are healthy";
        if (bits) {
            scores.add(CpuIntermittent, scores.at(CpuIntermittent) > 0 ? 15 : 0, why);
            scores.add(CpuDeterministic, 15, why);
        }
        scores.add(Memory, -20, why);
        scores.add(DriverData, -15, why);
        scores.add(FpuNested, -5, why);
    } else if (statistics.cpus > 1 && bits && !statistics.same_place) {
        const char *const why = "several CPUs are affected, not one";
        scores.add(CpuIntermittent, -25, why);
        scores.add(CpuDeterministic, -25, why);
        scores.add(Memory, 10, why);
    }
}

// A CPU may also be wrong in whole blocks now and then; what a hypervisor or a softirq does to
// registers, it does on all of them.
void weigh_blocks_of_one_cpu(Scores &scores, const std::vector<const Mismatch *> &records,
                             const std::vector<const RecordDiagnosis *> &examined,
                             const Tendencies &statistics)
{
    using enum BugClass;
    std::size_t blocks = 0;
    std::size_t seen = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const auto &damage = examined[place]->damage;
        const bool refused =
            says(*records[place], What::Status) || (damage && damage->blocks.empty());
        const bool wrong =
            refused || (damage && damage->untouched == 0 && damage->shifted() == 0 &&
                        (damage->count(Extent::Whole) + damage->count(Extent::Part) > 0 ||
                         damage->key_fault));
        blocks += wrong ? 1 : 0;
        seen += wrong && interrupted(*records[place]) ? 1 : 0;
    }
    constexpr std::size_t enough = 5;
    const Answers answers(records);
    if (!statistics.one_cpu || blocks < enough || seen * 2 > blocks ||
        (answers.known() && !matter_of_moments(records)))
        return;
    const std::string why =
        std::string("whole blocks or ICVs are wrong on one CPU alone, mostly without anything "
                    "inside their FPU sections") +
        (answers.known() ? ", and right when run again" : "");
    scores.add(CpuIntermittent, answers.known() ? 60 : 40, why);
    scores.add(CpuDeterministic, answers.known() ? 0 : 25, why);
    for (const BugClass other : {FpuNested, VcpuSwitch, KeySchedule})
        scores.add(other, -25, why);
}

// What strikes in FPU sections strikes in those of all drivers, as often as each is in one.
void weigh_alone(Scores &scores, const std::vector<const Mismatch *> &records,
                 const RunFacts &facts)
{
    using enum BugClass;
    std::set<std::string> drivers;
    double events = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        if (records[place]->changed)
            continue;
        drivers.insert(records[place]->driver);
        events += facts.recurrence.weights[place];
    }
    if (drivers.size() != 1)
        return;
    std::uint64_t own = 0;
    std::uint64_t others = 0;
    for (const CellTotal &cell : facts.cells)
        (cell.driver == *drivers.begin() ? own : others) += cell.fpu_hits + cell.nested_fpu;
    if (own == 0 || others == 0)
        return;
    constexpr double no_accident = 0.001;
    const double share = static_cast<double>(own) / static_cast<double>(own + others);
    if (std::pow(share, events) >= no_accident)
        return;
    const std::string why = fmt::format(
        "only this driver is wrong, though FPU sections of others were interrupted {} times",
        count_text(others));
    scores.add(worst_of_driver(scores, matter_of_moments(records)), 30, why);
    for (const BugClass other : {FpuNested, VcpuSwitch})
        if (scores.at(other) > 0)
            scores.add(other, -40, why);
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
    for (const BugClass other : {FpuNested, VcpuSwitch, DriverData})
        if (scores.at(other) > 0)
            scores.add(other, -30, why);
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
    double flying = 0;
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
        flying += record.async || record.in_flight > 0 ? weights[place] : 0;
    }
    constexpr double enough = 3;
    if (all < enough || starts * 10 < all * 9)
        return;
    const char *const why = "always wrong from the first block on, as with another IV";
    scores.add(flying * 2 > all ? AsyncOrder : DriverRace, 40, why);
    for (const BugClass other : {FpuNested, VcpuSwitch, FpuSleep})
        if (scores.at(other) > 0)
            scores.add(other, -30, why);
}

// Memory is there for all drivers; one that is done too early reads and writes later.
void weigh_late(Scores &scores, const std::vector<const Mismatch *> &records,
                const RunFacts &facts)
{
    using enum BugClass;
    double late = 0;
    double flying = 0;
    std::set<std::uint64_t> packets;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        if (record.changed || (!is_late(record) && (!record.first || record.persists)))
            continue;
        late += facts.recurrence.weights[place];
        flying += record.async || record.in_flight > 0 ? facts.recurrence.weights[place] : 0;
        packets.insert(record.index);
    }
    constexpr std::size_t enough = 3;
    if (packets.size() < enough || late * 2 < facts.recurrence.sum() ||
        !facts.statistics.one_driver)
        return;
    const char *const why =
        "the output of one driver alone was wrong at first and right later: "
        "it is done before all is written";
    scores.add(DriverRace, 60, why);
    scores.add(AsyncOrder, flying * 2 > late ? 45 : 0, why);
    scores.add(Memory, -45, why);
}

void weigh_place(Scores &scores, const std::vector<const Mismatch *> &records,
                 const Tendencies &statistics)
{
    using enum BugClass;
    const bool moments = matter_of_moments(records);
    if (statistics.same_place) {
        const char *const why =
            "the same bit at the same place in the buffer, independent of the packet";
        scores.add(Memory, statistics.one_cpu ? 15 : 45, why);
        scores.add(CpuIntermittent, -25, why);
    }
    if (statistics.one_mask && !statistics.same_place && !statistics.one_cpu &&
        scores.at(Memory) > 0) {
        const char *const why =
            "always the same bit of one byte, independent of packet and round";
        scores.add(Memory, 25, why);
        scores.add(CpuIntermittent, -15, why);
    }
    if (statistics.one_length && scores.at(KeySchedule) < 60 && !moments) {
        const char *const why = "all wrong packets have a length in common that few have";
        scores.add(DriverData, 40, why);
        for (const BugClass other : {FpuNested, VcpuSwitch, FpuSleep})
            scores.add(other, -35, why);
    }
    if (const BugClass worst = worst_of_driver(scores, moments);
        statistics.one_driver && scores.at(worst) > 0)
        scores.add(worst, 10, "only one driver is affected");
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

// Several packets, but the same bit at the same round: that is no accident.
void weigh_entries(Scores &scores, const std::vector<const RecordDiagnosis *> &examined,
                   bool again)
{
    std::set<std::tuple<unsigned, unsigned, unsigned>> places;
    std::size_t count = 0;
    for (const RecordDiagnosis *const record : examined) {
        if (!record->damage)
            continue;
        for (const DamagedBlock &block : record->damage->blocks) {
            if (block.actual.empty() || block.entry.extent != Extent::FewBits)
                return;
            ++count;
            // As in encryption, so that both directions are comparable.
            const auto rounds = static_cast<unsigned>(block.actual.size() - 1);
            const bool forth = record->damage->way == Way::Encrypt;
            places.emplace(forth ? block.entry.round : rounds - block.entry.round,
                           forth ? block.entry.byte : 0, forth ? block.entry.bit : 0);
        }
    }
    constexpr std::size_t enough = 3;
    if (count >= enough && places.size() <= 2 && scores.at(BugClass::CpuDeterministic) > 0) {
        const char *const why =
            "always the same bit at the same round, independent of the packet";
        // A weak path can be slow now and then.
        scores.add(BugClass::CpuDeterministic, again ? 35 : 30, why);
        scores.add(BugClass::CpuIntermittent, again ? -25 : -20, why);
    }
}

// A CPU that is wrong now and then would be so in the rounds as well.
void weigh_edges(Scores &scores, const std::vector<const RecordDiagnosis *> &examined,
                 const Tendencies &statistics)
{
    std::size_t edges = 0;
    std::set<unsigned> bits;
    for (const RecordDiagnosis *const record : examined) {
        if (!record->damage)
            continue;
        for (const DamagedBlock &block : record->damage->blocks) {
            if (block.entry.extent != Extent::FewBits || block.actual.empty())
                continue;
            if (!outside_rounds(block))
                return;
            ++edges;
            bits.insert(block.entry.bit);
        }
    }
    if (scores.at(BugClass::Memory) <= 0)
        return;
    // A cell of memory; its page may be a buffer that one CPU alone works on.
    constexpr std::size_t no_chance = 3;
    if (edges >= no_chance && bits.size() == 1) {
        const char *const why = "always the same bit of a byte, before or behind the rounds";
        scores.add(BugClass::Memory, 30, why);
        scores.add(BugClass::CpuIntermittent, -25, why);
    }
    constexpr std::size_t enough = 4;
    if (edges < enough || statistics.one_cpu)
        return;
    const char *const why = "bits are wrong before and behind the rounds only";
    scores.add(BugClass::Memory, 25, why);
    scores.add(BugClass::CpuIntermittent, -20, why);
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
    weigh_cpu(scores, statistics);
    weigh_blocks_of_one_cpu(scores, records, examined, statistics);
    weigh_alone(scores, records, facts);
    weigh_nested(scores, records, recurrence.weights);
    weigh_late(scores, records, facts);
    weigh_start(scores, records, examined, recurrence.weights);
    weigh_place(scores, records, statistics);
    weigh_interruptions(scores, statistics);
    weigh_entries(scores, examined, recurrence.same);
    weigh_both_sides(scores, records, examined);
    weigh_edges(scores, examined, statistics);
    weigh_sleep(scores, statistics);
    weigh_replays(scores, records, recurrence.weights);
    const auto faults =
        std::count_if(examined.begin(), examined.end(), [](const RecordDiagnosis *diagnosis) {
            return diagnosis->damage && diagnosis->damage->key_fault;
        });
    if (faults > 1 && scores.at(BugClass::KeySchedule) >= score::medium)
        scores.add(BugClass::KeySchedule, 5, "several operations had a wrong round key");
}

} // namespace ct

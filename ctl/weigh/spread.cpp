// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/spread.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include <fmt/format.h>

#include "analysis/facts.h"
#include "analysis/repeat.h"
#include "base/quantity.h"
#include "damage/packet.h"
#include "record/counters.h"

namespace ct {

namespace {

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
        (answers.known() && !answers.moments()))
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
        (cell.driver == *drivers.begin() ? own : others) +=
            cell.fpu_hits + over_fpu_section(cell);
    if (own == 0 || others == 0)
        return;
    constexpr double no_accident = 0.001;
    const double share = static_cast<double>(own) / static_cast<double>(own + others);
    if (std::pow(share, events) >= no_accident)
        return;
    const std::string why = fmt::format(
        "only this driver is wrong, though FPU sections of others were interrupted {} times",
        count_text(others));
    const Answers answers(records);
    if (answers.known()) {
        scores.add(worst_of_driver(scores, answers.moments()), 30, why);
    } else {
        scores.add(DriverData, 15, why);
        scores.add(DriverRace, 15, why);
        scores.add(AsyncOrder, scores.at(AsyncOrder) > 0 ? 15 : 0, why);
    }
    scores.add_to_suspected({FpuNested, VcpuSwitch}, -40, why);
}

// A key is that of one SA; a driver's code is that of all.
void weigh_one_sa(Scores &scores, const std::vector<const Mismatch *> &records)
{
    using enum BugClass;
    std::set<std::tuple<std::string, std::string, std::uint64_t>> sas;
    std::set<std::uint64_t> packets;
    for (const Mismatch *const record : records) {
        if (record->changed || record->wire || record->driver.empty())
            return;
        sas.emplace(record->driver, record->algorithm, record->index / YT_SA_VECTORS);
        packets.insert(record->index);
    }
    constexpr std::size_t enough = 3;
    if (sas.size() != 1 || packets.size() < enough || scores.at(KeySchedule) <= 0)
        return;
    const char *const why = "all wrong packets are of one SA";
    scores.add(KeySchedule, 40, why);
    scores.add(DriverData, -25, why);
}

// Memory is there for all drivers; one that is done too early reads and writes later.
void weigh_late(Scores &scores, const std::vector<const Mismatch *> &records,
                const RunFacts &facts)
{
    using enum BugClass;
    double late = 0;
    double in_flight = 0;
    std::set<std::uint64_t> packets;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        if (record.changed || (!is_late(record) && (!record.first || record.persists)))
            continue;
        late += facts.recurrence.weights[place];
        in_flight += flying(record) ? facts.recurrence.weights[place] : 0;
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
    scores.add(AsyncOrder, in_flight * 2 > late ? 45 : 0, why);
    scores.add(Memory, -45, why);
}

void weigh_place(Scores &scores, const std::vector<const Mismatch *> &records,
                 const Tendencies &statistics)
{
    using enum BugClass;
    const bool moments = Answers(records).moments();
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
        statistics.one_driver && Answers(records).known() && scores.at(worst) > 0)
        scores.add(worst, 10, "only one driver is affected");
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

} // namespace

void weigh_spread(Scores &scores, const std::vector<const Mismatch *> &records,
                  const std::vector<const RecordDiagnosis *> &examined, const RunFacts &facts)
{
    weigh_cpu(scores, facts.statistics);
    weigh_blocks_of_one_cpu(scores, records, examined, facts.statistics);
    weigh_one_sa(scores, records);
    weigh_alone(scores, records, facts);
    weigh_late(scores, records, facts);
    weigh_place(scores, records, facts.statistics);
}

void weigh_bits(Scores &scores, const std::vector<const RecordDiagnosis *> &examined,
                const RunFacts &facts)
{
    weigh_entries(scores, examined, facts.recurrence.same);
    weigh_edges(scores, examined, facts.statistics);
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/decision.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"
#include "diagnose/repeat.h"

namespace ct {

namespace {

// Registers of one thread that were lost at one moment.
struct Loss {
    std::set<std::string> names;
    std::size_t upper_only = 0;
    std::size_t xmm = 0;
    std::size_t initial_or_old = 0;
};

std::map<std::pair<std::uint32_t, std::uint64_t>, Loss>
losses_of(const std::vector<const Mismatch *> &records)
{
    std::map<std::pair<std::uint32_t, std::uint64_t>, Loss> losses;
    for (const Mismatch *const record : records) {
        if (!record->changed)
            continue;
        Loss &loss = losses[{record->changed->thread, record->changed->epoch}];
        loss.names.insert(record->changed->name);
        const std::size_t size = std::min(record->expected.size(), record->actual.size());
        const bool low_right =
            size >= block_size &&
            std::equal(record->expected.begin(), record->expected.begin() + block_size,
                       record->actual.begin());
        loss.upper_only += size > block_size && low_right ? 1 : 0;
        loss.xmm += record->changed->name.starts_with("xmm") ? 1 : 0;
        const std::string &owner = record->changed->owner;
        loss.initial_or_old +=
            owner == "the initial state" || owner.find("before") != std::string::npos ? 1 : 0;
    }
    return losses;
}

void weigh_components(Scores &scores, const std::vector<const Mismatch *> &records)
{
    constexpr std::size_t most_of_a_component = 8;
    std::size_t whole = 0;
    for (const auto &[moment, loss] : losses_of(records)) {
        const std::size_t count = loss.names.size();
        if (count >= most_of_a_component && loss.initial_or_old >= count &&
            (loss.upper_only >= count || loss.xmm >= count))
            whole += count;
    }
    if (whole == 0)
        return;
    const double share = static_cast<double>(whole) / static_cast<double>(records.size());
    const char *const why = "one whole component of the state was lost at once, and no other";
    scores.add(BugClass::XstateFormat, 80 * share, why);
    scores.add(BugClass::FpuStaleOwner, -50 * share, why);
    scores.add(BugClass::RegfileLeak, -60 * share, why);
}

// A thread that spins or makes an empty system call does not switch: what is lost there is
// lost to SIMD outside of its rules. Over calls alone it is lost to a driver; over calls and
// switches to what comes between a switch and the way back, for a call ends with one at times.
void weigh_events(Scores &scores, const std::vector<const Mismatch *> &records)
{
    std::size_t all = 0;
    std::size_t calls = 0;
    std::size_t quiet = 0;
    std::size_t waits = 0; // perhaps with a switch
    for (const Mismatch *const record : records) {
        if (!record->changed)
            continue;
        const ThreadEvent event = record->changed->event;
        ++all;
        calls += event == ThreadEvent::Call ? 1 : 0;
        quiet += event == ThreadEvent::Spin || event == ThreadEvent::Syscall ? 1 : 0;
        waits += event == ThreadEvent::Fault || event == ThreadEvent::Barrier ? 1 : 0;
    }
    constexpr std::size_t enough = 2;
    constexpr std::size_t in_three = 3;
    if (all < enough + calls + quiet + waits ||
        scores.at(BugClass::FpuUserClobber) < score::named ||
        scores.at(BugClass::FpuIrqWindow) <= 0)
        return;
    if (quiet >= enough) {
        const char *const why = "user registers were lost where nothing switched, as well";
        scores.add(BugClass::FpuUserClobber, 25, why);
        scores.add(BugClass::FpuIrqWindow, -25, why);
    } else if (calls * in_three >= all) {
        const char *const why = "user registers were lost over calls, but over switches too";
        scores.add(BugClass::FpuIrqWindow, 25, why);
        scores.add(BugClass::FpuUserClobber, -15, why);
    } else if (calls + waits >= enough) {
        // Either is possible then: keep them close.
        scores.add(BugClass::FpuUserClobber, waits >= enough ? 15 : 8,
                   "user registers were lost over switches, but not over these alone");
    }
}

void weigh_repeats(Scores &scores, const Recurrence &recurrence, const Tendencies &statistics)
{
    using enum BugClass;
    // What is wrong with a key is wrong with it every time and everywhere.
    if (!recurrence.same || scores.at(KeySchedule) >= 60 || scores.at(AsyncOrder) >= 60 ||
        scores.at(SgWriteback) >= 60 || scores.at(FpuSleep) >= 40)
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

void weigh_place(Scores &scores, const Tendencies &statistics)
{
    using enum BugClass;
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
    if (statistics.one_length && scores.at(KeySchedule) < 60) {
        const char *const why = "all wrong packets have a length in common that few have";
        scores.add(DriverData, 40, why);
        for (const BugClass other : {FpuNested, VcpuSwitch, FpuSleep})
            scores.add(other, -35, why);
    }
    if (statistics.one_driver)
        scores.add(DriverData, scores.at(DriverData) > 0 ? 10 : 0,
                   "only one driver is affected");
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
void weigh_entries(Scores &scores, const std::vector<const RecordDiagnosis *> &examined)
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
        scores.add(BugClass::CpuDeterministic, 35, why);
        scores.add(BugClass::CpuIntermittent, -25, why);
    }
}

// Over a call the kernel itself can lose a user's registers; over anything else, and its
// own in the same way, something below it did.
void weigh_both_sides(Scores &scores, const std::vector<const Mismatch *> &records,
                      const std::vector<const RecordDiagnosis *> &examined)
{
    using enum BugClass;
    std::size_t users = 0;
    std::size_t replaced = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const auto &changed = records[place]->changed;
        users += changed && changed->event != ThreadEvent::Call &&
                         changed->event != ThreadEvent::Syscall
                     ? 1
                     : 0;
        const auto &damage = examined[place]->damage;
        replaced += damage && damage->count(Extent::Whole) > 0 ? 1 : 0;
    }
    constexpr std::size_t enough = 3;
    if (users < enough || replaced < enough)
        return;
    const char *const why = "registers of the kernel and of user threads were lost, "
                            "independent of what the threads did";
    scores.add(VcpuSwitch, 45, why);
    scores.add(FpuNested, -20, why);
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
    if (!statistics.preempted || scores.at(FpuSleep) < score::named)
        return;
    const char *const why = "nearly all wrong operations lost their CPU, and few others do";
    scores.add(FpuSleep, 20, why);
    for (const BugClass other : {FpuNested, VcpuSwitch})
        scores.add(other, -20, why);
}

} // namespace

void weigh_together(Scores &scores, const std::vector<const Mismatch *> &records,
                    const std::vector<const RecordDiagnosis *> &examined,
                    const Tendencies &statistics, const Recurrence &recurrence)
{
    weigh_components(scores, records);
    weigh_events(scores, records);
    weigh_repeats(scores, recurrence, statistics);
    weigh_spoiled(scores, recurrence);
    weigh_cpu(scores, statistics);
    weigh_place(scores, statistics);
    weigh_interruptions(scores, statistics);
    weigh_entries(scores, examined);
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

void decide(Diagnosis &diagnosis, const Scores &scores, std::size_t records, bool proved)
{
    diagnosis.candidates = scores.ranked();
    if (diagnosis.candidates.empty() || diagnosis.candidates.front().score < score::named)
        return;
    const double best = diagnosis.candidates.front().score;
    const double lead =
        best - (diagnosis.candidates.size() > 1 ? diagnosis.candidates[1].score : 0);
    diagnosis.bug_class = diagnosis.candidates.front().bug_class;
    diagnosis.confidence = Confidence::Low;
    if (best >= score::medium && lead >= score::medium_lead)
        diagnosis.confidence = Confidence::Medium;
    if (best >= score::high && lead >= score::high_lead && (records > 1 || proved))
        diagnosis.confidence = Confidence::High;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/symptoms.h"

#include <algorithm>
#include <cerrno>

#include "analysis/facts.h"
#include "weigh/answers.h"
#include "weigh/losses.h"

namespace ct {

namespace {

using enum BugClass;

// As many vector registers as an implementation has in flight, at the most.
constexpr std::size_t in_flight_max = 8;
constexpr int bad_message = -EBADMSG;

// Of a request that a queue took, it was the thread that waited for it.
bool slept(const Mismatch &record)
{
    return record.preemptions > 0 && !record.async;
}

// Of a real tunnel's packet nobody saw what interrupted its operation: that nothing was seen
// speaks for nothing.
bool of_a_tunnel(const Mismatch &record)
{
    return record.wire.has_value();
}

void score_key(Scores &scores, const Mismatch &record, const Damage &damage)
{
    if (damage.other_key) {
        scores.add(KeySchedule, 90, "the data was processed with the key of another SA");
        return;
    }
    const bool everything =
        damage.to_the_end && (damage.from_the_start || damage.blocks.size() > in_flight_max);
    const char *const why =
        "one round key was wrong: the same bits differ at that round in every block";
    if (slept(record) && damage.to_the_end && !damage.from_the_start) {
        scores.add(FpuSleep, 78,
                   "a round key was wrong from one point on, and the operation slept or was "
                   "preempted");
        scores.add(KeySchedule, 40, why);
        return;
    }
    if (everything || !interrupted(record)) {
        scores.add(KeySchedule, everything ? 85 : 60, why);
        scores.add(FpuNested, interrupted(record) ? 30 : 0, why);
        return;
    }
    scores.add(FpuNested, 75,
               "the register of a round key was replaced while a few blocks were in flight");
    scores.add(KeySchedule, 40, why);
}

// CBC chained from the right value, or the ICV was made of it: it was changed after that.
bool went_wrong_later(const Mismatch &record, const Damage &damage)
{
    const bool chained = record.algorithm.find("cbc(") != std::string::npos &&
                         record.direction == Direction::Encrypt;
    const bool last = damage.blocks.back().number + 1 >= record.text_len / block_size;
    return (chained && !last && damage.followers == 0) || damage.icv == IcvState::Right;
}

void score_few_bits(Scores &scores, const Mismatch &record, const Damage &damage)
{
    const bool unfollowed = went_wrong_later(record, damage);
    const bool outside =
        std::all_of(damage.blocks.begin(), damage.blocks.end(), outside_rounds);
    if (outside && unfollowed) {
        const char *const why = "few bits are wrong in a value that was right when it was used";
        scores.add(Memory, 60, why);
        scores.add(CpuIntermittent, 30, why);
        return;
    }
    if (outside) {
        const char *const why = "few bits are wrong in the input or in the output";
        scores.add(CpuIntermittent, 45, why);
        scores.add(Memory, 40, why);
        return;
    }
    scores.add(CpuIntermittent, 70, "few bits went wrong inside of the AES rounds");
    scores.add(CpuDeterministic, 35, "few bits went wrong inside of the AES rounds");
}

// Zeros and the like can come from anywhere.
bool telling(OwnerKind kind)
{
    return kind != OwnerKind::Zero && kind != OwnerKind::Ones && kind != OwnerKind::Poison;
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): a list of cases
void score_replaced(Scores &scores, const Mismatch &record, const RecordDiagnosis &diagnosis,
                    FpuUse use)
{
    const Damage &damage = *diagnosis.damage;
    const char *const whole = "whole registers were replaced between the rounds";
    if (damage.to_the_end && damage.from_the_start && damage.blocks.size() > in_flight_max &&
        !damage.foreign_counter) {
        scores.add(KeySchedule, 65, "every block is wrong, each in another way");
        scores.add(FpuNested, interrupted(record) ? 35 : 10, whole);
        return;
    }
    const bool long_tail = damage.to_the_end && !damage.from_the_start &&
                           damage.blocks.size() > in_flight_max && !damage.foreign_counter;
    if (long_tail && slept(record)) {
        scores.add(FpuSleep, 78,
                   "all is wrong from one point on, and the operation slept or was preempted");
        scores.add(FpuNested, interrupted(record) ? 40 : 20, whole);
        return;
    }
    // An unknown IV, where requests can be confused.
    if (record.async && !interrupted(record) && damage.from_the_start &&
        damage.blocks.size() == 1) {
        const char *const first = "only the first block is wrong, as with another IV";
        scores.add(AsyncOrder, 65, first);
        scores.add(DriverData, 35, first);
        return;
    }
    if (record.async && !interrupted(record))
        scores.add(AsyncOrder, 30, "the driver has a queue, in which requests can be confused");
    // Preemption is off in an FPU section: what was lost was kept over its end.
    const bool hidden = hides_interruptions(record, use);
    if (slept(record) && !interrupted(record)) {
        scores.add(FpuSleep, 60, "the operation slept or was preempted, and lost a register");
        scores.add(VcpuSwitch, 35, whole);
        scores.add(FpuNested, 25, whole);
        return;
    }
    if (of_a_tunnel(record)) {
        const char *const tunnel =
            "whole registers were replaced in the packets of a real tunnel, "
            "where interruptions are not seen";
        scores.add(FpuNested, long_tail ? 45 : 60, tunnel);
        scores.add(VcpuSwitch, 35, tunnel);
    } else if (interrupted(record)) {
        scores.add(FpuNested, long_tail ? 50 : 72, whole);
        scores.add(FpuNested, 5, "an interruption inside the FPU section was seen");
        scores.add(VcpuSwitch, 20, whole);
    } else if (hidden) {
        const char *const unseen = "whole registers were replaced where interruptions of an "
                                   "FPU section are not seen";
        scores.add(FpuNested, long_tail ? 40 : 48, unseen);
        scores.add(VcpuSwitch, 45, unseen);
    } else {
        scores.add(VcpuSwitch, record.interruptions == 0 ? 62 : 50,
                   "whole registers were replaced, and no event of this system was seen inside "
                   "the FPU section");
        scores.add(FpuNested, 35, whole);
    }
    if (damage.followers > 0)
        scores.add(FpuNested, 5, "later blocks chain from the wrong one consistently");
    if (damage.icv == IcvState::OfWrongText)
        scores.add(FpuNested, 5, "the ICV was computed over the wrong data, and is valid");
    if (std::any_of(diagnosis.owners.begin(), diagnosis.owners.end(), telling))
        scores.add(interrupted(record) || of_a_tunnel(record) || hidden ? FpuNested
                                                                        : VcpuSwitch,
                   10, "the value found belongs to another user of the registers");
}

void score_icv(Scores &scores, const Mismatch &record, const Damage &damage, FpuUse use)
{
    if (damage.icv_part == IcvPart::Mask && damage.icv_entry.extent == Extent::FewBits) {
        scores.add(CpuIntermittent, 65, "few bits went wrong under the ICV's mask");
        scores.add(CpuDeterministic, 30, "few bits went wrong under the ICV's mask");
        return;
    }
    // The text was wrong in the first comparison and is right now, and the ICV was made of it.
    if (says(record, What::Text)) {
        scores.add(Memory, 60,
                   "the text was wrong when the ICV was computed and in the first "
                   "comparison, and right in the second");
        scores.add(AsyncOrder, record.async ? 50 : 0,
                   "the output was right only after the request had been completed");
        return;
    }
    // Whatever goes wrong while it is computed changes about half of its bits.
    constexpr std::uint32_t few_bits = 4;
    if (record.wrong_bits > 0 && record.wrong_bits <= few_bits) {
        const char *const after = "few bits of the ICV are wrong, and nothing else: it was "
                                  "changed after it had been computed";
        scores.add(Memory, 60, after);
        scores.add(CpuIntermittent, 30, after);
        return;
    }
    scores.set_vague();
    const char *const why = "only the ICV is wrong";
    if (slept(record) && !interrupted(record)) {
        scores.add(FpuSleep, 45,
                   "only the ICV is wrong, and the operation slept or was preempted");
        scores.add(VcpuSwitch, 25, why);
        scores.add(FpuNested, 15, why);
        scores.add(DriverData, 25, why);
        return;
    }
    if (of_a_tunnel(record)) {
        scores.add(FpuNested, 40, why);
        scores.add(VcpuSwitch, 25, why);
    } else if (hides_interruptions(record, use) && !interrupted(record)) {
        scores.add(FpuNested, 35, why);
        scores.add(VcpuSwitch, 30, why);
    } else {
        scores.add(FpuNested, interrupted(record) ? 60 : 20, why);
        scores.add(VcpuSwitch, interrupted(record) ? 15 : 40, why);
    }
    scores.add(DriverData, 35, why);
}

bool mostly_few_bits(const Damage &damage)
{
    return damage.count(Extent::FewBits) * 2 > damage.blocks.size();
}

bool key_was_wrong(const Damage &damage)
{
    if (damage.other_key)
        return true;
    // The same IV or register in all blocks makes them differ alike at some round, too.
    if (!damage.key_fault || damage.shifted() * 2 > damage.blocks.size())
        return false;
    // A round key that is wrong is so for all of them.
    const bool some =
        damage.blocks.back().number - damage.blocks.front().number >= damage.blocks.size();
    return !mostly_few_bits(damage) || (!some && damage.followers == 0);
}

// Another counter, or the IV of another packet.
void score_counter(Scores &scores, const Mismatch &record, const Damage &damage)
{
    const bool queued = flying(record);
    if (damage.other_iv) {
        const char *const why = "the IV or a counter of another packet was used";
        scores.add(AsyncOrder, queued ? 80 : 45, why);
        scores.add(DriverRace, queued ? 30 : 70, why);
        scores.add(DriverData, 30, why);
        if (queued)
            scores.add(AsyncOrder, 15, "other requests were in flight");
        return;
    }
    const char *const why = "blocks were processed with another counter";
    const bool other = damage.blocks.front().shift && damage.blocks.front().shift->other_iv;
    scores.add(DriverData, other ? (queued ? 45 : 55) : 70, why);
    scores.add(AsyncOrder, queued ? (other ? 75 : 60) : 25, why);
    scores.add(DriverRace, other && !queued ? 55 : 20, why);
}

void score_blocks(Scores &scores, const Mismatch &record, const RecordDiagnosis &diagnosis,
                  FpuUse use)
{
    const Damage &damage = *diagnosis.damage;
    if (damage.blocks.empty()) {
        if (damage.icv == IcvState::Wrong)
            score_icv(scores, record, damage, use);
        return;
    }
    const bool poisoned = std::find(diagnosis.owners.begin(), diagnosis.owners.end(),
                                    OwnerKind::Poison) != diagnosis.owners.end();
    if (key_was_wrong(damage)) {
        score_key(scores, record, damage);
    } else if (damage.other_iv || damage.shifted() > 0) {
        score_counter(scores, record, damage);
    } else if (damage.untouched > 0 || poisoned) {
        const char *const why =
            poisoned ? "blocks were never written" : "blocks are the unchanged input";
        const bool queued = flying(record);
        scores.add(DriverData, queued ? 45 : 70, why);
        scores.add(AsyncOrder, queued ? 60 : 0, why);
        scores.add(DriverRace, 35, why);
    } else if (mostly_few_bits(damage)) {
        score_few_bits(scores, record, damage);
    } else if (damage.count(Extent::Part) * 2 > damage.blocks.size()) {
        const char *const why = "a part of a register went wrong inside of the AES rounds";
        scores.add(CpuIntermittent, 60, why);
        scores.add(CpuDeterministic, 35, why);
        scores.add(FpuNested, interrupted(record) ? 30 : 10, why);
    } else if (damage.count(Extent::Whole) + damage.count(Extent::Part) > 0) {
        score_replaced(scores, record, diagnosis, use);
    } else {
        // Only a part of a block: no round can be undone.
        scores.set_vague();
        scores.add(DriverData, 35, "only the last, partial block is wrong");
        scores.add(DriverRace, 30, "only the last, partial block is wrong");
        scores.add(FpuNested, interrupted(record) ? 35 : 0, "the last block is wrong");
    }
}

// What a driver without FPU sections loses was in memory.
void take_registers_out(Scores &scores)
{
    const char *const why = "this driver has no FPU sections: no interruption was inside one";
    double lost = 0;
    for (const BugClass bug_class : {FpuNested, VcpuSwitch, FpuSleep}) {
        lost = std::max(lost, scores.at(bug_class));
        scores.add(bug_class, -scores.at(bug_class), why);
    }
    scores.add(DriverData, std::min(lost, score::medium), why);
    scores.add(DriverRace, std::min(lost, score::medium), why);
}

} // namespace

Scores symptoms_of(const Mismatch &record, const RecordDiagnosis &diagnosis, FpuUse use)
{
    Scores scores;
    if (record.changed) {
        score_register(scores, record, *record.changed);
        return scores;
    }
    if (says(record, What::Reference)) {
        scores.add(CpuIntermittent, 55, "two CPUs computed different results in plain C");
        scores.add(CpuDeterministic, 35, "two CPUs computed different results in plain C");
        scores.add(Memory, 40, "two CPUs computed different results in plain C");
        return scores;
    }
    if (score_answer(scores, record) || score_outside(scores, record))
        return scores;
    if (record.first && !record.persists) {
        scores.add(Memory, 85, "a second read of memory gave other bytes");
        return scores;
    }
    if (diagnosis.damage)
        score_blocks(scores, record, diagnosis, use);
    else if (says(record, What::Status) && record.status == bad_message)
        score_refused(scores, record, use);
    else if (is_late(record))
        score_late(scores, record);
    else if (says(record, What::Text) && interrupted(record))
        scores.add(FpuNested, 25, "an interruption inside the FPU section was seen");
    if (use == FpuUse::None)
        take_registers_out(scores);
    return scores;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// What may be weighed at all: not what could not be seen, not what re-runs refute, and one
// event once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "damage/fpu_use.h"
#include "damage/recurrence.h"
#include "diagnose/diagnose.h"
#include "faults.h"
#include "outcome.h"
#include "render/diagnosis.h"
#include "replays.h"

namespace ct::test {

namespace {

constexpr const char *generic_driver = "other-generic";

double points_of(const Diagnosis &diagnosis, BugClass bug_class)
{
    for (const Suspicion &candidate : diagnosis.candidates)
        if (candidate.bug_class == bug_class)
            return candidate.score;
    return 0;
}

Evidence of_driver(Evidence evidence, const std::string &driver)
{
    for (Mismatch &record : evidence.records)
        record.driver = driver;
    return evidence;
}

Evidence unseen(Random &random)
{
    Evidence evidence = evidence_of(BugClass::FpuNested, random);
    for (Mismatch &record : evidence.records) {
        record.fpu_hits = 0;
        record.interruptions = 0;
    }
    return evidence;
}

CellTotal cell_of(const std::string &driver)
{
    CellTotal cell;
    cell.driver = driver;
    cell.operations = 100000;
    return cell;
}

// Blocks replaced on CPU 1 of four, with nothing seen, and right when run again.
Evidence blocks_of_one_cpu(Random &random)
{
    Evidence evidence = unseen(random);
    while (evidence.records.size() < 8) {
        const Evidence more = unseen(random);
        evidence.records.insert(evidence.records.end(), more.records.begin(),
                                more.records.end());
    }
    for (CellTotal &cell : evidence.cells)
        cell.mismatches = cell.cpu == 1 && cell.driver == "one-aesni" ? 8 : 0;
    for (std::size_t place = 0; place < evidence.records.size(); ++place) {
        Mismatch &record = evidence.records[place];
        record.number = place + 1;
        record.cpu_before = 1;
        record.cpu_after = 1;
    }
    run_again(evidence, BugClass::FpuNested, random);
    return evidence;
}

} // namespace

TEST(DiagnoseWeighing, WhatIsKnownOfADriversSections)
{
    CellTotal cell = cell_of("a");
    EXPECT_EQ(fpu_use_of("a", {}), FpuUse::Unknown);
    EXPECT_EQ(fpu_use_of("a", {cell}), FpuUse::Unknown);
    cell.interruptions = 49;
    EXPECT_EQ(fpu_use_of("a", {cell}), FpuUse::Unknown);
    cell.interruptions = 50;
    EXPECT_EQ(fpu_use_of("a", {cell}), FpuUse::None);
    EXPECT_EQ(fpu_use_of("b", {cell}), FpuUse::Unknown);
    // Over a softirq it cannot be told.
    CellTotal softirq = cell;
    softirq.context = Context::Softirq;
    EXPECT_EQ(fpu_use_of("a", {softirq}), FpuUse::Unknown);
    cell.fpu_hits = 1;
    EXPECT_EQ(fpu_use_of("a", {cell}), FpuUse::Seen);
    CellTotal busy = cell_of("a");
    busy.fallbacks = 1;
    EXPECT_EQ(fpu_use_of("a", {busy}), FpuUse::Seen);
    CellTotal deferred = cell_of("a");
    deferred.async = deferred.operations;
    EXPECT_EQ(fpu_use_of("a", {deferred}), FpuUse::Hidden);
    deferred.interruptions = 1;
    EXPECT_EQ(fpu_use_of("a", {deferred}), FpuUse::Unknown);
}

TEST(DiagnoseWeighing, NoFpuClassForADriverWithoutSections)
{
    Random random(81);
    for (unsigned count = 0; count < 20; ++count) {
        const Diagnosis diagnosis = diagnose(of_driver(unseen(random), generic_driver));
        for (const BugClass bug_class :
             {BugClass::FpuNested, BugClass::VcpuSwitch, BugClass::FpuSleep})
            EXPECT_EQ(points_of(diagnosis, bug_class), 0) << name(bug_class);
        // It is the driver's, be it its data or its timing.
        EXPECT_TRUE(diagnosis.bug_class == BugClass::DriverData ||
                    diagnosis.bug_class == BugClass::DriverRace);
        EXPECT_NE(diagnosis.confidence, Confidence::High);
        EXPECT_TRUE(contains(diagnosis_text(diagnosis), "this driver has no FPU sections"));
        // The same of a driver that has some.
        EXPECT_GT(points_of(diagnose(unseen(random)), BugClass::VcpuSwitch), 0);
    }
}

TEST(DiagnoseWeighing, NotSeenIsNoEvidenceWhereNothingIsSeen)
{
    Random random(82);
    Evidence evidence = unseen(random);
    for (CellTotal &cell : evidence.cells)
        if (cell.driver == "one-aesni") {
            cell.async = cell.operations;
            cell.interruptions = 0;
            cell.fpu_hits = 0;
        }
    EXPECT_NE(diagnose(evidence).bug_class, BugClass::VcpuSwitch);
    evidence = unseen(random);
    for (Mismatch &record : evidence.records)
        record.context = Context::Softirq;
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_NE(diagnosis.bug_class, BugClass::VcpuSwitch);
    EXPECT_LT(points_of(diagnosis, BugClass::FpuNested) -
                  points_of(diagnosis, BugClass::VcpuSwitch),
              20);
    EXPECT_NE(diagnosis.confidence, Confidence::High);
}

// The same packet wrong in the same way on all CPUs, and right 33 of 33 times when run again.
TEST(DiagnoseWeighing, ReRunsOutweighRecordsThatLookAlike)
{
    Random random(83);
    Evidence evidence = evidence_of(BugClass::DriverData, random);
    run_again(evidence, BugClass::DriverData, random);
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::DriverData);
    const double always = points_of(diagnose(evidence), BugClass::DriverData);
    run_again(evidence, BugClass::Memory, random);
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_NE(diagnosis.bug_class, BugClass::DriverData);
    EXPECT_LT(points_of(diagnosis, BugClass::DriverData), always - 50);
}

TEST(DiagnoseWeighing, AKeyScheduleStaysWrongUntilTheNextSetkey)
{
    Random random(84);
    Evidence evidence = evidence_of(BugClass::KeySchedule, random);
    const double unknown = points_of(diagnose(evidence), BugClass::KeySchedule);
    run_again(evidence, BugClass::FpuNested, random);
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_LE(points_of(diagnosis, BugClass::KeySchedule), unknown - 35);
    EXPECT_NE(diagnosis.confidence, Confidence::High);
}

TEST(DiagnoseWeighing, WholeBlocksOfOneCpu)
{
    Random random(85);
    Evidence evidence = blocks_of_one_cpu(random);
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_EQ(diagnosis.bug_class, BugClass::CpuIntermittent);
    EXPECT_NE(diagnosis.confidence, Confidence::High);
    // Inside FPU sections each time: that explains it.
    for (Mismatch &record : evidence.records)
        record.fpu_hits = 1;
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::FpuNested);
}

TEST(DiagnoseWeighing, WhatStrikesSectionsStrikesThoseOfAllDrivers)
{
    Random random(86);
    Evidence evidence = evidence_of(BugClass::FpuNested, random);
    const Diagnosis before = diagnose(evidence);
    EXPECT_EQ(before.bug_class, BugClass::FpuNested);
    // Another driver was hit a hundred times as often.
    CellTotal other = cell_of("another-aesni");
    other.fpu_hits = 800000;
    evidence.cells.push_back(other);
    const Diagnosis alone = diagnose(evidence);
    EXPECT_LT(points_of(alone, BugClass::FpuNested), points_of(before, BugClass::FpuNested));
    EXPECT_GT(points_of(alone, BugClass::DriverData), points_of(before, BugClass::DriverData));
    EXPECT_NE(alone.confidence, Confidence::High);
    EXPECT_TRUE(contains(diagnosis_text(alone),
                         "only this driver is wrong, though FPU sections "
                         "of others were interrupted 800,000 times"));
    // It was wrong too.
    evidence.records.back().driver = other.driver;
    EXPECT_EQ(points_of(diagnose(evidence), BugClass::FpuNested),
              points_of(before, BugClass::FpuNested));
}

TEST(DiagnoseWeighing, RegistersOfOneMomentAreOneEvent)
{
    Random random(87);
    const Evidence component = evidence_of(BugClass::XstateFormat, random);
    std::vector<const Mismatch *> records;
    for (const Mismatch &record : component.records)
        records.push_back(&record);
    EXPECT_NEAR(recurrence_of(records).sum(), 1, 1e-9);
    // Sixteen registers lost at once over a migration, two by themselves over calls.
    Evidence evidence = evidence_of(BugClass::FpuUserClobber, random);
    evidence.records.resize(2);
    for (Mismatch &record : evidence.records)
        record.changed->event = ThreadEvent::Call;
    const Mismatch sample = evidence.records.front();
    for (unsigned number = 0; number < 16; ++number) {
        Mismatch more = sample;
        more.number = 3 + number;
        more.changed->name = "xmm" + std::to_string(number);
        more.changed->event = ThreadEvent::Migrate;
        more.changed->epoch = 1000;
        evidence.records.push_back(std::move(more));
    }
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::FpuUserClobber);
}

TEST(DiagnoseWeighing, OnePacketAgainAndAgainIsOneEvent)
{
    Random random(88);
    Evidence evidence = evidence_of(BugClass::FpuNested, random);
    const std::size_t others = evidence.records.size() - 1;
    for (unsigned count = 0; count < 30; ++count)
        evidence.records.push_back(evidence.records.front());
    std::vector<const Mismatch *> records;
    for (const Mismatch &record : evidence.records)
        records.push_back(&record);
    EXPECT_NEAR(recurrence_of(records).sum(), 1 + static_cast<double>(others), 1e-9);
}

// A softirq over it is no reason: half of the bits would be wrong then.
TEST(DiagnoseWeighing, OneBitOfTheIcvWasChangedAfterwards)
{
    Random random(91);
    const Packet packet = some_packet("rfc4106(gcm(aes))", random, 8);
    std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
    Evidence evidence;
    const auto named_with = [&](std::uint8_t mask) {
        std::vector<std::uint8_t> wrong = output;
        for (std::size_t place = wrong.size() - packet.vector().icv_len; place < wrong.size();
             ++place)
            wrong[place] ^= mask;
        wrong.back() ^= 0x20;
        evidence.records = {record_of(packet, Direction::Encrypt, wrong)};
        evidence.records.front().what = {What::Icv};
        evidence.records.front().fpu_hits = 2;
        over_fpu_section(evidence.records.front()) = true;
        return diagnose(evidence).bug_class;
    };
    EXPECT_EQ(named_with(0), BugClass::Memory);
    EXPECT_EQ(named_with(0x5a), BugClass::FpuNested);
    // As a bit that flips and flips back leaves it: seen in a run with the fault "memory".
    evidence.records.front().what = {What::Text, What::Icv};
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::Memory);
}

TEST(DiagnoseWeighing, ReasonsHaveTheirSign)
{
    Random random(89);
    Evidence evidence = evidence_of(BugClass::KeySchedule, random);
    run_again(evidence, BugClass::FpuNested, random);
    const Diagnosis diagnosis = diagnose(evidence);
    const std::string text = diagnosis_text(diagnosis);
    EXPECT_TRUE(
        contains(text, "   -40  run again at once, the same packet was right every time"))
        << text;
    for (const Suspicion &candidate : diagnosis.candidates)
        for (std::size_t place = 1; place < candidate.evidence.size(); ++place)
            EXPECT_GE(candidate.evidence[place - 1].points, candidate.evidence[place].points);
    Object object;
    put_diagnosis(object, diagnosis);
    for (const Object &candidate : object["candidates"])
        EXPECT_EQ(candidate["evidence"].size(), candidate["points"].size());
}

TEST(DiagnoseWeighing, ARecordThatLooksOtherwiseIsSaidToDoSo)
{
    Random random(90);
    Evidence evidence = evidence_of(BugClass::FpuNested, random);
    const Evidence one = evidence_of(BugClass::CpuIntermittent, random);
    evidence.records.push_back(one.records.front());
    evidence.records.back().number = evidence.records.size();
    const Diagnosis diagnosis = diagnose(evidence);
    ASSERT_EQ(diagnosis.bug_class, BugClass::FpuNested);
    EXPECT_TRUE(contains(diagnosis_text(diagnosis),
                         "looks like cpu-intermittent on its own; fpu-nested is what fits all "
                         "records together"));
}

} // namespace ct::test

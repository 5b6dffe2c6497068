// SPDX-License-Identifier: GPL-2.0-or-later
// What the spread of mismatches over drivers, CPUs, SAs, blocks and registers says.
#include <gtest/gtest.h>

#include <cerrno>
#include <initializer_list>
#include <string>
#include <tuple>

#include "analysis/repeat.h"
#include "diagnose/diagnose.h"
#include "faults.h"
#include "replays.h"

namespace ct::test {

namespace {

double points_for(const Evidence &evidence, BugClass bug_class)
{
    for (const Suspicion &candidate : diagnose(evidence).candidates)
        if (candidate.bug_class == bug_class)
            return candidate.score;
    return 0;
}

// On other CPUs so many of 4 runs were wrong; where it was recorded, all.
Mismatch wrong_on(std::initializer_list<std::uint32_t> others)
{
    Random random(3);
    const Packet packet = some_packet("cbc(aes)", random, 4);
    Mismatch record =
        record_of(packet, Direction::Encrypt, {packet.sealed().begin(), packet.sealed().end()});
    Replay replay;
    replay.state = ReplayState::Done;
    const auto add = [&replay](ReplayWay way, std::uint32_t cpu, std::uint32_t runs,
                               std::uint32_t wrong) {
        Attempt attempt;
        attempt.way = way;
        attempt.cpu = cpu;
        attempt.runs = runs;
        attempt.wrong = wrong;
        replay.attempts.push_back(attempt);
    };
    add(ReplayWay::Same, 0, 8, 8);
    std::uint32_t cpu = 1;
    for (const std::uint32_t wrong : others)
        add(ReplayWay::OtherCpu, cpu++, 4, wrong);
    record.replay = replay;
    return record;
}

// All registers of that kind of a thread at one moment, in their initial state.
Evidence registers_lost(const std::string &kind, unsigned count, std::size_t size)
{
    Evidence evidence;
    for (unsigned number = 0; number < count; ++number) {
        Mismatch record;
        record.number = number + 1;
        record.context = Context::Caller;
        record.what = {What::Register};
        record.expected.assign(size, 0x5a);
        record.actual.assign(size, 0);
        RegisterChange changed;
        changed.name = kind + std::to_string(number);
        changed.owner = "the initial state";
        changed.thread = 1;
        changed.epoch = 9;
        changed.event = ThreadEvent::Sleep;
        record.changed = changed;
        evidence.records.push_back(std::move(record));
    }
    return evidence;
}

} // namespace

TEST(DiagnoseSpread, CpusThatAreAlwaysWrongAreTold)
{
    EXPECT_EQ(repeat_of(wrong_on({0, 0, 0})), Repeat::ThisCpu);
    EXPECT_EQ(repeat_of(wrong_on({4, 0, 0})), Repeat::ThisCpu); // of the same core
    EXPECT_NE(repeat_of(wrong_on({4, 4, 4})), Repeat::ThisCpu);
    EXPECT_NE(repeat_of(wrong_on({2, 0, 0})), Repeat::ThisCpu);
}

TEST(DiagnoseSpread, OneComponentAloneIsItsFormat)
{
    for (const auto &[kind, count, size] :
         {std::tuple{"k", 8U, std::size_t{8}}, std::tuple{"xmm", 16U, std::size_t{16}}}) {
        const Diagnosis diagnosis = diagnose(registers_lost(kind, count, size));
        EXPECT_EQ(diagnosis.bug_class, BugClass::XstateFormat) << kind;
    }
    // A few of it are not.
    EXPECT_NE(diagnose(registers_lost("k", 3, 8)).bug_class, BugClass::XstateFormat);
}

TEST(DiagnoseSpread, SeveralDriversThatAgreeDoubtTheExpectedResult)
{
    Random random(5);
    Evidence evidence = evidence_of(BugClass::DriverData, random);
    ASSERT_EQ(diagnose(evidence).bug_class, BugClass::DriverData);
    evidence.records.back().driver = "other-generic";
    EXPECT_GT(points_for(evidence, BugClass::Memory),
              points_for(evidence, BugClass::DriverData));
}

TEST(DiagnoseSpread, AnotherPacketsFirstCounterIsAnotherIv)
{
    Random random(7);
    Evidence evidence;
    for (unsigned count = 0; count < 4; ++count) {
        const Packet packet = some_packet("ctr(aes)", random, 6);
        const std::uint64_t index = packet.vector().index;
        const std::uint64_t other_index = index % YT_SA_VECTORS == 0 ? index + 1 : index - 1;
        const Packet other = Packet::make(*packet.sa().alg, packet.sa().seed, other_index, 0);
        std::vector<StateFault> faults;
        for (std::size_t block = 0; block < packet.blocks(); ++block) {
            const Block counter = other.counter(static_cast<std::ptrdiff_t>(block)) ^
                                  round_key(packet.aes(), Way::Encrypt, 0);
            faults.push_back({block, 0, [counter](const Block &) {
                                  return counter;
                              }});
        }
        evidence.records.push_back(
            record_of(packet, Direction::Encrypt, faulty(packet, Direction::Encrypt, faults)));
        evidence.records.back().number = count + 1;
    }
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::DriverRace);
    for (Mismatch &record : evidence.records)
        record.async = true;
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::AsyncOrder);
}

TEST(DiagnoseSpread, WhatFitsMuchCountsLittleBesideWhatFitsOne)
{
    Random random(11);
    Evidence evidence = evidence_of(BugClass::CpuIntermittent, random);
    const double alone = points_for(evidence, BugClass::CpuIntermittent);
    const std::size_t telling = evidence.records.size();
    for (std::size_t count = 0; count < 2 * telling; ++count) {
        Mismatch refused = evidence.records[count % telling];
        refused.number = evidence.records.size() + 1;
        refused.what = {What::Status};
        refused.status = -EBADMSG;
        refused.first.reset();
        refused.actual.clear();
        refused.expected.clear();
        evidence.records.push_back(std::move(refused));
    }
    EXPECT_GT(points_for(evidence, BugClass::CpuIntermittent), alone / 2);
}

} // namespace ct::test

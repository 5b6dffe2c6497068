// SPDX-License-Identifier: GPL-2.0-or-later
// From the records of a run to the name of a class.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "diagnose/diagnose.h"
#include "faults.h"
#include "outcome.h"
#include "render/diagnosis.h"

namespace ct::test {

namespace {

// As many registers of a user thread as there are events, each lost over one of them.
Evidence lost_over(const std::vector<ThreadEvent> &events)
{
    Random random(71);
    Evidence evidence = evidence_of(BugClass::FpuIrqWindow, random);
    const Mismatch sample = evidence.records.front();
    evidence.records.clear();
    for (const ThreadEvent event : events) {
        evidence.records.push_back(sample);
        Mismatch &record = evidence.records.back();
        record.number = evidence.records.size();
        record.changed->event = event;
        record.changed->owner.clear();
        record.changed->epoch = record.number;
    }
    return evidence;
}

// Packets on one CPU with one bit of a block wrong before its first round.
Evidence one_bit_went_in(Random &random, const std::vector<unsigned> &bits)
{
    Evidence evidence;
    for (const unsigned bit : bits) {
        const Packet packet = some_packet("cbc(aes)", random, 10);
        Block wrong{};
        wrong.at(below(random, wrong.size())) = static_cast<std::uint8_t>(1U << bit);
        evidence.records.push_back(
            record_of(packet, Direction::Encrypt,
                      faulty(packet, Direction::Encrypt, {{3, 0, [wrong](const Block &state) {
                                                               return state ^ wrong;
                                                           }}})));
        Mismatch &record = evidence.records.back();
        record.number = evidence.records.size();
        record.cpu_before = 1;
        record.cpu_after = 1;
    }
    return evidence;
}

} // namespace

TEST(DiagnoseStatistics, TailsAreExact)
{
    // Fisher's tea: 3 of 4 right in 8 cups.
    EXPECT_NEAR(fisher_tail(3, 1, 1, 3), 17.0 / 70, 1e-12);
    EXPECT_NEAR(binomial_tail(2, 3, 0.5), 0.5, 1e-12);
    EXPECT_NEAR(binomial_tail(1, 10, 0.1), 1 - std::pow(0.9, 10), 1e-12);
    EXPECT_LT(fisher_tail(50, 1000000, 0, 3000000), 1e-20);
    EXPECT_EQ(binomial_tail(0, 5, 0.2), 1);
}

TEST(DiagnoseDecision, MixedCausesAreNotCalledCertain)
{
    Random random(12);
    for (const BugClass other : {BugClass::FpuUserClobber, BugClass::CpuIntermittent}) {
        Evidence evidence = evidence_of(BugClass::FpuNested, random);
        const Evidence more = evidence_of(other, random);
        evidence.records.insert(evidence.records.end(), more.records.begin(),
                                more.records.end());
        EXPECT_NE(diagnose(evidence).confidence, Confidence::High) << name(other);
    }
}

TEST(DiagnoseDecision, ReplacedRegistersWithHmacAreFpuNested)
{
    // The shape of 2014: one block, all later ones follow, a valid HMAC.
    Random random(13);
    Evidence evidence;
    for (unsigned count = 0; count < 3; ++count) {
        const Packet packet = some_packet("authenc(hmac(sha1),cbc(aes))", random, 20);
        const Block value = random_block(random);
        evidence.records.push_back(
            record_of(packet, Direction::Encrypt,
                      faulty(packet, Direction::Encrypt, {{7, 4, [value](const Block &) {
                                                               return value;
                                                           }}})));
        evidence.records.back().nested = 1;
        over_fpu_section(evidence.records.back()) = true;
        evidence.records.back().number = count + 1;
    }
    CellTotal task;
    task.driver = "one-aesni";
    task.operations = 10000;
    CellTotal softirq = task;
    softirq.context = Context::Softirq;
    over_fpu_section(softirq) = 20;
    evidence.cells = {task, softirq};
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_EQ(diagnosis.bug_class, BugClass::FpuNested);
    EXPECT_EQ(diagnosis.confidence, Confidence::High);
    const std::string text = diagnosis_text(diagnosis);
    show(text);
    for (const char *const part :
         {"fpu-nested (high confidence", "later blocks chain from the wrong one",
          "the HMAC is valid over the wrong ciphertext: it was computed after the damage",
          "after decryption exactly one block is wrong, block 7",
          "3 of 3 wrong encryptions with an HMAC: both, so that a receiver accepts the packet",
          "3 of 3 wrong operations of tasks: a softirq encrypted or decrypted inside its FPU",
          "softirq operations inside FPU sections correlate with the mismatches",
          "block 7: all of the register is different", "aesni_intel"})
        EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
}

TEST(DiagnoseDecision, WithoutAnInterruptionItIsNotCalledNested)
{
    Random random(16);
    Evidence evidence = evidence_of(BugClass::FpuNested, random);
    for (Mismatch &record : evidence.records) {
        record.fpu_hits = 0;
        record.interruptions = 0;
    }
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::VcpuSwitch);
    for (Mismatch &record : evidence.records)
        over_fpu_section(record) = true;
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::FpuNested);
}

TEST(DiagnoseDecision, TheSameBitOfManyPacketsIsNoAccident)
{
    Random random(18);
    Evidence evidence;
    const auto flipped_bit = [](const Block &state) {
        Block wrong = state;
        wrong[0] ^= 0x10;
        return wrong;
    };
    for (std::uint64_t count = 1; count < 5; ++count) {
        const Packet packet = some_packet("ctr(aes)", random, 8);
        evidence.records.push_back(
            record_of(packet, Direction::Encrypt,
                      faulty(packet, Direction::Encrypt, {{count, 5, flipped_bit}})));
        evidence.records.back().number = count;
    }
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::CpuDeterministic);
}

TEST(DiagnoseDecision, WhatWasRightWhenItWasUsedWasChangedInMemory)
{
    Random random(19);
    Evidence evidence;
    for (std::uint64_t count = 1; count < 5; ++count) {
        const Packet packet = some_packet("cbc(aes)", random, 8);
        std::vector<std::uint8_t> output(packet.sealed().begin(), packet.sealed().end());
        output.at(packet.vector().head_len + below(random, 100)) ^= 0x08;
        evidence.records.push_back(record_of(packet, Direction::Encrypt, output));
        evidence.records.back().number = count;
    }
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::Memory);
}

TEST(DiagnoseDecision, ARegisterLostOverASleep)
{
    Random random(20);
    Evidence evidence = evidence_of(BugClass::VcpuSwitch, random);
    for (Mismatch &record : evidence.records)
        record.preemptions = 1;
    for (CellTotal &cell : evidence.cells)
        cell.preemptions = 100;
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_EQ(diagnosis.bug_class, BugClass::FpuSleep);
    EXPECT_TRUE(contains(diagnosis_text(diagnosis), "preempted or asleep"));
}

TEST(DiagnoseDecision, AnIcvThatIsRefusedAcrossASoftirq)
{
    Random random(21);
    Evidence evidence;
    for (std::uint64_t count = 1; count < 4; ++count) {
        const Packet packet = some_packet("authenc(hmac(sha1),cbc(aes))", random, 8);
        Mismatch record = record_of(packet, Direction::Decrypt,
                                    {packet.plain().begin(), packet.plain().end()});
        record.number = count;
        record.what = {What::Status};
        record.status = -74;
        record.expected.clear();
        record.actual.clear();
        over_fpu_section(record) = true;
        evidence.records.push_back(record);
    }
    EXPECT_EQ(diagnose(evidence).bug_class, BugClass::FpuNested);
    for (Mismatch &record : evidence.records)
        over_fpu_section(record) = false;
    EXPECT_NE(diagnose(evidence).bug_class, BugClass::FpuNested);
}

TEST(DiagnoseDecision, WhatAThreadDidTellsAWindowFromACarelessInterrupt)
{
    using enum ThreadEvent;
    const auto named = [](const std::vector<ThreadEvent> &events) {
        return diagnose(lost_over(events)).bug_class;
    };
    EXPECT_EQ(named({Call, Call, Call}), BugClass::FpuUserClobber);
    EXPECT_EQ(named({Migrate, Fork, Signal}), BugClass::FpuIrqWindow);
    // Nothing switches there: no window of a switch is needed.
    EXPECT_EQ(named({Fork, Fork, Migrate, Call, Spin, Spin, Syscall}),
              BugClass::FpuUserClobber);
    // A call ends with a switch at times; a driver alone would not hurt a thread that moves.
    EXPECT_EQ(named({Call, Call, Call, Migrate, Fork}), BugClass::FpuIrqWindow);
    // As four of five runs with that fault had it; a fault may wait, and switch then.
    EXPECT_EQ(named({Call, Call, Call, Call, Migrate, Sleep, Sleep, Fork, Fault, Fault}),
              BugClass::FpuIrqWindow);
    // Neither.
    EXPECT_NE(
        diagnose(lost_over({Call, Migrate, Migrate, Fork, Fork, Fault, Fault})).confidence,
        Confidence::High);
}

TEST(DiagnoseDecision, OneBitOfACellIsMemoryEvenOnOneCpu)
{
    Random random(72);
    EXPECT_EQ(diagnose(one_bit_went_in(random, {3, 3, 3, 3})).bug_class, BugClass::Memory);
    // Any bit: then the way into the rounds is as likely.
    EXPECT_NE(diagnose(one_bit_went_in(random, {0, 2, 4, 6})).confidence, Confidence::High);
}

TEST(DiagnoseDecision, InjectedIsNoClass)
{
    Random random(10);
    Evidence evidence = evidence_of(BugClass::CpuIntermittent, random);
    for (Mismatch &record : evidence.records)
        record.injected = true;
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_FALSE(diagnosis.bug_class);
    EXPECT_EQ(diagnosis.injected, evidence.records.size());
    EXPECT_TRUE(contains(diagnosis_text(diagnosis), "injected on request"));
}

} // namespace ct::test

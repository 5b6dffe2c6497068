// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture replay: which packets it asks for, and what it makes of the answers.
#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "faults.h"
#include "machines.h"
#include "outcome.h"
#include "render/json.h"
#include "samples.h"

namespace ct::test {

namespace {

// A run that was saved as lines; its records are of real packets.
class ReplayCommand : public ::testing::Test {
protected:
    void SetUp() override
    {
        Random random(5);
        for (std::uint64_t number = 1; number <= 3; ++number) {
            const Packet packet = some_packet("cbc(aes)", random, 4);
            Mismatch record = record_of(packet, Direction::Decrypt,
                                        std::vector<std::uint8_t>(packet.plain().size(), 7));
            record.number = number;
            record.driver = "cbc-aes-aesni";
            record.layout = "in-place/page/whole+3";
            record.cpu_before = 1;
            records.push_back(record);
        }
        records[1].packet = PacketBytes{{1}, {}, {3}, {}, {5}, {}, {}};
        records[2].injected = true;
        records.push_back(sample_register(4));
        save();
    }

    void save()
    {
        StringOutput output;
        Json renderer(output);
        renderer.mismatches(records, true);
        tree.file("/run", output.text());
    }

    Outcome replay(std::vector<std::string> words)
    {
        words.insert(words.begin(), {"replay", tree.root() + "/run"});
        return execute(machine, words);
    }

    Tree tree;
    Machine machine;
    std::vector<Mismatch> records;
};

Replay all_wrong(const Mismatch & /*record*/)
{
    return sample_replay();
}

} // namespace

TEST_F(ReplayCommand, RunsTheRecordThatIsNamed)
{
    const Outcome outcome = replay({"3"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    ASSERT_EQ(machine.replayed.size(), 1U);
    const Mismatch &asked = machine.replayed.front();
    EXPECT_EQ(asked.seed, records[2].seed);
    EXPECT_EQ(asked.index, records[2].index);
    EXPECT_EQ(asked.payload_len, records[2].payload_len);
    EXPECT_EQ(asked.direction, Direction::Decrypt);
    EXPECT_EQ(asked.layout, "in-place/page/whole+3");
    EXPECT_EQ(asked.cpu_before, 1U);
    EXPECT_TRUE(contains(outcome.out, "record 3: cbc-aes-aesni decrypt in task context"));
    EXPECT_TRUE(
        contains(outcome.out, "run again here:\n    CPU 1, same context          right"));
    EXPECT_TRUE(contains(outcome.err, "1 record was injected"));
}

TEST_F(ReplayCommand, RunsTheFirstOfEachKind)
{
    EXPECT_EQ(replay({}).status, ExitStatus::Clean);
    ASSERT_EQ(machine.replayed.size(), 1U);
    EXPECT_EQ(machine.replayed.front().number, 2U);
    records[1].packet.reset();
    save();
    const Outcome outcome = replay({});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "name a record by its number")) << outcome.err;
}

TEST_F(ReplayCommand, WhatIsWrongAgainIsCorrupt)
{
    machine.replay = all_wrong;
    const Outcome outcome = replay({"1", "2", "--json"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    const auto all = lines(outcome.out);
    ASSERT_EQ(count_type(all, "replay"), 2U);
    EXPECT_EQ(all[0]["number"], 1);
    EXPECT_EQ(all[0]["wrong"], true);
    EXPECT_EQ(all[0]["replay"]["attempts"].size(), sample_replay().attempts.size());
}

TEST_F(ReplayCommand, WhatDidNotRunIsNotClean)
{
    machine.replay = [](const Mismatch & /*record*/) -> Result<Replay> {
        Replay replay = sample_replay();
        for (Attempt &attempt : replay.attempts)
            attempt.runs = attempt.wrong = 0;
        return replay;
    };
    EXPECT_EQ(replay({"1"}).status, ExitStatus::Inconclusive);
}

TEST_F(ReplayCommand, GoesElsewhereWhereThereIsNoSuchCpu)
{
    machine.replay = [this](const Mismatch &record) -> Result<Replay> {
        if (record.cpu_before == 77)
            return Failure(
                Error{ErrorKind::Refused, "cannot", "is not online", "", Culprit{"CPU", "77"}});
        machine.replay = nullptr;
        return sample_replay();
    };
    records[0].cpu_before = 77;
    save();
    Outcome outcome = replay({"1"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt) << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "CPU 77, which is not online here")) << outcome.err;
    // But not where it was asked for.
    machine.replay = [](const Mismatch & /*record*/) -> Result<Replay> {
        return Failure(
            Error{ErrorKind::Refused, "cannot", "is not online", "", Culprit{"CPU", "77"}});
    };
    outcome = replay({"1", "--cpu", "77"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    ASSERT_FALSE(machine.replayed.empty());
    EXPECT_EQ(machine.replayed.back().cpu_before, 77U);
}

TEST_F(ReplayCommand, TakesAnotherDriverOfTheAlgorithm)
{
    EXPECT_EQ(replay({"1", "--driver", "cbc(aes-generic)"}).status, ExitStatus::Clean);
    ASSERT_EQ(machine.replayed.size(), 1U);
    EXPECT_EQ(machine.replayed.front().driver, "cbc(aes-generic)");
    Driver gcm = machine.drivers.front();
    gcm.name = "rfc4106-gcm-aesni";
    gcm.algorithm = "rfc4106(gcm(aes))";
    machine.drivers.push_back(gcm);
    const Outcome outcome = replay({"1", "--driver", "rfc4106-gcm-aesni"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "record 1 is of cbc(aes), and this driver of rfc4106"))
        << outcome.err;
    EXPECT_EQ(machine.replayed.size(), 1U);
}

TEST_F(ReplayCommand, RefusesWhatIsNoPacket)
{
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{"4"}, "record 4 is of no packet"},
        {{"9"}, "there is no record 9 in this run"},
        {{"zero"}, "record"},
        {{"1", "--cpu", "-1"}, "--cpu"},
    };
    for (const auto &[words, why] : wrong) {
        const Outcome outcome = replay(words);
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun) << words.front();
        EXPECT_TRUE(contains(outcome.err, why)) << outcome.err;
    }
    // Not what the seed makes.
    records[0].text_len += 16;
    save();
    EXPECT_EQ(replay({"1"}).status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(machine.replayed.empty());
    EXPECT_EQ(execute(machine, {"replay"}).status, ExitStatus::CouldNotRun);
    EXPECT_EQ(execute(machine, {"replay", "/nonexistent/run"}).status, ExitStatus::CouldNotRun);
}

} // namespace ct::test

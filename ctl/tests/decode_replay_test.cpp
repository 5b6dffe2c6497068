// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"

namespace ct::test {

namespace {

// A record whose packet was run again with this outcome, so many times.
Result<Mismatch> with_attempt(const Attributes &attempt, unsigned count = 1)
{
    Attributes list;
    for (; count > 0; --count)
        list.nest(CRYPTORTURE_A_LIST_REPLAY, attempt);
    auto message = mismatch_message().without(CRYPTORTURE_A_MISMATCH_REPLAYS);
    return decode_mismatch(message.nest(CRYPTORTURE_A_MISMATCH_REPLAYS, list).bytes());
}

Attributes in_state(std::uint32_t state)
{
    auto message = mismatch_message();
    for (const int type :
         {CRYPTORTURE_A_MISMATCH_REPLAY_STATE, CRYPTORTURE_A_MISMATCH_REPLAYS,
          CRYPTORTURE_A_MISMATCH_REPLAY_CPUS_LEFT, CRYPTORTURE_A_MISMATCH_REPLAY_DRIVERS_LEFT})
        message = message.without(type);
    return message.u32(CRYPTORTURE_A_MISMATCH_REPLAY_STATE, state);
}

} // namespace

TEST(DecodeReplay, GivesEveryField)
{
    const auto record = decode_mismatch(mismatch_message().bytes());
    ASSERT_TRUE(record) << record.error().sentence();
    ASSERT_TRUE(record->replay);
    EXPECT_EQ(record->replay->state, ReplayState::Done);
    EXPECT_EQ(record->replay->cpus_left, 5U);
    EXPECT_EQ(record->replay->drivers_left, 2U);
    ASSERT_EQ(record->replay->attempts.size(), 2U);
    const Attempt &same = record->replay->attempts[0];
    EXPECT_EQ(same.way, ReplayWay::Same);
    EXPECT_EQ(same.context, Context::Softirq);
    EXPECT_EQ(same.driver, "");
    EXPECT_EQ(same.runs, 8U);
    EXPECT_EQ(same.wrong, 0U);
    EXPECT_FALSE(same.error);
    const Attempt &other = record->replay->attempts[1];
    EXPECT_EQ(other.way, ReplayWay::OtherDriver);
    EXPECT_EQ(other.cpu, 1U);
    EXPECT_EQ(other.driver, "rfc4106(gcm_base(ctr(aes-generic),ghash-generic))");
    EXPECT_EQ(other.runs, 4U);
    EXPECT_EQ(other.wrong, 3U);
    EXPECT_EQ(other.error, 12U);
}

TEST(DecodeReplay, SaysWhyThereIsNone)
{
    for (const std::uint32_t state :
         {CRYPTORTURE_REPLAY_STATE_NONE, CRYPTORTURE_REPLAY_STATE_ENOUGH,
          CRYPTORTURE_REPLAY_STATE_BUSY, CRYPTORTURE_REPLAY_STATE_ENDING,
          CRYPTORTURE_REPLAY_STATE_PENDING}) {
        const auto record = decode_mismatch(in_state(state).bytes());
        ASSERT_TRUE(record) << record.error().sentence();
        EXPECT_EQ(static_cast<std::uint32_t>(record->replay->state), state);
        EXPECT_TRUE(record->replay->attempts.empty());
    }
    EXPECT_FALSE(decode_mismatch(in_state(__CRYPTORTURE_REPLAY_STATE_MAX).bytes()));
    // A register has no packet.
    EXPECT_FALSE(decode_mismatch(register_message().bytes())->replay);
}

TEST(DecodeReplay, RefusesOutcomesThatCannotBe)
{
    EXPECT_TRUE(with_attempt(attempt_message()));
    EXPECT_TRUE(with_attempt(attempt_message().without(CRYPTORTURE_A_REPLAY_ERRNO)));
    for (const int type :
         {CRYPTORTURE_A_REPLAY_WAY, CRYPTORTURE_A_REPLAY_CPU, CRYPTORTURE_A_REPLAY_CONTEXT,
          CRYPTORTURE_A_REPLAY_DRIVER, CRYPTORTURE_A_REPLAY_RUNS, CRYPTORTURE_A_REPLAY_WRONG}) {
        EXPECT_FALSE(with_attempt(attempt_message().without(type))) << type;
        if (type != CRYPTORTURE_A_REPLAY_DRIVER) {
            EXPECT_FALSE(with_attempt(attempt_message().resized(type, 3))) << type;
        }
    }
    const auto changed = [](int type, std::uint32_t value) {
        return with_attempt(attempt_message().without(type).u32(type, value));
    };
    EXPECT_FALSE(changed(CRYPTORTURE_A_REPLAY_WAY, __CRYPTORTURE_WAY_MAX));
    EXPECT_FALSE(changed(CRYPTORTURE_A_REPLAY_CONTEXT, __CRYPTORTURE_CONTEXT_MAX));
    EXPECT_FALSE(changed(CRYPTORTURE_A_REPLAY_WRONG, 5)); // of 4
    EXPECT_TRUE(changed(CRYPTORTURE_A_REPLAY_WRONG, 4));
    EXPECT_FALSE(changed(CRYPTORTURE_A_REPLAY_WAY, CRYPTORTURE_WAY_OTHER_CPU)); // with a driver
}

TEST(DecodeReplay, OfARequestIsDone)
{
    const auto replay = decode_replay(mismatch_message().bytes());
    ASSERT_TRUE(replay) << replay.error().sentence();
    EXPECT_EQ(replay->attempts.size(), 2U);
    EXPECT_FALSE(decode_replay(in_state(CRYPTORTURE_REPLAY_STATE_BUSY).bytes()));
    EXPECT_FALSE(decode_replay({}));
}

TEST(DecodeReplay, RefusesListsThatCannotBe)
{
    EXPECT_TRUE(with_attempt(attempt_message(), 0));
    EXPECT_TRUE(with_attempt(attempt_message(), CRYPTORTURE_REPLAYS_MAX));
    EXPECT_FALSE(with_attempt(attempt_message(), CRYPTORTURE_REPLAYS_MAX + 1));
    EXPECT_FALSE(decode_mismatch(
        mismatch_message().resized(CRYPTORTURE_A_MISMATCH_REPLAYS, 37).bytes()));
    // Outcomes of what was not done.
    EXPECT_FALSE(decode_mismatch(
        in_state(CRYPTORTURE_REPLAY_STATE_PENDING)
            .nest(CRYPTORTURE_A_MISMATCH_REPLAYS,
                  Attributes().nest(CRYPTORTURE_A_LIST_REPLAY, attempt_message()))
            .bytes()));
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"

namespace ct::test {

TEST(Decode, GivesEveryFieldOfAMismatch)
{
    const auto record = decode_mismatch(mismatch_message().bytes());
    ASSERT_TRUE(record);
    EXPECT_EQ(record->number, 12U);
    EXPECT_EQ(record->run, 3U);
    EXPECT_EQ(record->cpu_before, 1U);
    EXPECT_EQ(record->cpu_after, 0U);
    EXPECT_EQ(record->context, Context::Softirq);
    EXPECT_EQ(record->algorithm, "rfc4106(gcm(aes))");
    EXPECT_EQ(record->driver, "rfc4106-gcm-aesni");
    EXPECT_EQ(record->direction, Direction::Decrypt);
    EXPECT_EQ(record->layout, "in-place+3");
    EXPECT_EQ(record->what, (std::vector<What>{What::Text, What::Iv}));
    EXPECT_EQ(record->seed, 0xfedcba9876543210U);
    EXPECT_EQ(record->index, 99U);
    EXPECT_EQ(record->key_len, 16U);
    EXPECT_EQ(record->icv_len, 12U);
    EXPECT_EQ(record->payload_len, 1420U);
    EXPECT_EQ(record->text_offset, 16U);
    EXPECT_EQ(record->text_len, 1424U);
    EXPECT_EQ(record->output_len, 1452U);
    EXPECT_EQ(record->status, -74);
    EXPECT_EQ(record->status_expected, 0);
    EXPECT_EQ(record->first, 20U);
    EXPECT_EQ(record->wrong_bytes, 1U);
    EXPECT_EQ(record->wrong_bits, 2U);
    EXPECT_EQ(record->blocks, (std::vector<std::uint32_t>{0, 15}));
    EXPECT_EQ(record->expected.size(), 64U);
    EXPECT_EQ(record->actual[20], 0xaa);
    EXPECT_EQ(record->iv_expected.size(), 16U);
    EXPECT_EQ(record->iv_actual[0], 2);
    EXPECT_TRUE(record->persists);
    EXPECT_EQ(record->interruptions, 5U);
    EXPECT_EQ(record->fpu_hits, 4U);
    EXPECT_EQ(record->preemptions, 3U);
    EXPECT_EQ(record->nested, 1U);
    EXPECT_TRUE(over_fpu_section(*record));
    EXPECT_TRUE(record->async);
    EXPECT_EQ(record->duration_ns, 123456U);
    EXPECT_TRUE(record->injected);
    EXPECT_EQ(record->cpu_reference, 6U);
    EXPECT_EQ(record->foreign, 101U);
    EXPECT_EQ(record->in_flight, 8U);
    EXPECT_TRUE(record->simd && record->live);
    EXPECT_FALSE(record->changed);
    EXPECT_EQ(record->outside,
              (Change{Outside::SourceBehind, 1468, {1, 2, 3, 4}, {1, 2, 3, 5}}));
}

TEST(Decode, RefusesHalfOfWhatChangedOutside)
{
    // Each alone is missed by Decode.NamesWhatIsMissing; all together need not be there.
    const auto none = decode_mismatch(mismatch_message()
                                          .without(CRYPTORTURE_A_MISMATCH_OUTSIDE)
                                          .without(CRYPTORTURE_A_MISMATCH_OUTSIDE_OFFSET)
                                          .without(CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED)
                                          .without(CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL)
                                          .bytes());
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->outside);
    EXPECT_FALSE(decode_mismatch(
        mismatch_message().resized(CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL, 3).bytes()));
    EXPECT_FALSE(decode_mismatch(
        mismatch_message()
            .resized(CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED, CRYPTORTURE_OUTSIDE_BYTES + 1)
            .resized(CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL, CRYPTORTURE_OUTSIDE_BYTES + 1)
            .bytes()));
}

TEST(Decode, RefusesBytesThatDoNotPairUp)
{
    EXPECT_FALSE(
        decode_mismatch(mismatch_message().resized(CRYPTORTURE_A_MISMATCH_ACTUAL, 63).bytes()));
    EXPECT_FALSE(
        decode_mismatch(mismatch_message().without(CRYPTORTURE_A_MISMATCH_EXPECTED).bytes()));
    EXPECT_FALSE(
        decode_mismatch(mismatch_message().without(CRYPTORTURE_A_MISMATCH_IV_ACTUAL).bytes()));
}

TEST(Decode, GivesEveryFieldOfARegisterThatChanged)
{
    const auto record = decode_mismatch(register_message().bytes());
    ASSERT_TRUE(record) << record.error().sentence();
    EXPECT_EQ(record->number, 13U);
    EXPECT_EQ(record->context, Context::Caller);
    EXPECT_EQ(record->what, (std::vector<What>{What::Register}));
    EXPECT_EQ(record->driver, "");
    EXPECT_EQ(record->algorithm, "");
    EXPECT_EQ(record->expected.size(), 32U);
    EXPECT_EQ(record->actual[16], 0x10);
    ASSERT_TRUE(record->changed);
    EXPECT_EQ(record->changed->name, "ymm3");
    EXPECT_EQ(record->changed->owner, "ymm3 of exerciser 4 on CPU 0");
    EXPECT_EQ(record->changed->event, ThreadEvent::Migrate);
    EXPECT_EQ(record->changed->thread, 5U);
    EXPECT_EQ(record->changed->epoch, 0x100000009U);
}

TEST(Decode, TakesTheDriverOfARegistersLastCall)
{
    auto message = register_message();
    message.text(CRYPTORTURE_A_MISMATCH_ALGORITHM, "cbc(aes)")
        .text(CRYPTORTURE_A_MISMATCH_DRIVER, "cbc-aes-aesni");
    const auto record = decode_mismatch(message.bytes());
    ASSERT_TRUE(record);
    EXPECT_EQ(record->driver, "cbc-aes-aesni");
    EXPECT_EQ(record->algorithm, "cbc(aes)");
}

TEST(Decode, RefusesRegistersThatAreNone)
{
    const auto changed = [](int type, auto put) {
        auto message = register_message().without(type);
        put(message);
        return decode_mismatch(message.bytes());
    };
    // A register in a record of a packet, and the other way around.
    auto packet = mismatch_message();
    packet.text(CRYPTORTURE_A_MISMATCH_REGISTER, "xmm3");
    EXPECT_FALSE(decode_mismatch(packet.bytes()));
    EXPECT_FALSE(changed(CRYPTORTURE_A_MISMATCH_WHAT, [](Attributes &message) {
        message.u32(CRYPTORTURE_A_MISMATCH_WHAT, 1U << CRYPTORTURE_WHAT_TEXT);
    }));
    EXPECT_FALSE(changed(CRYPTORTURE_A_MISMATCH_REGISTER, [](Attributes &message) {
        message.text(CRYPTORTURE_A_MISMATCH_REGISTER, "");
    }));
    // None has as many bytes, and none has none.
    const auto sized = [](std::size_t size) {
        return decode_mismatch(register_message()
                                   .resized(CRYPTORTURE_A_MISMATCH_EXPECTED, size)
                                   .resized(CRYPTORTURE_A_MISMATCH_ACTUAL, size)
                                   .bytes());
    };
    EXPECT_TRUE(sized(1));
    EXPECT_TRUE(sized(CRYPTORTURE_REGISTER_BYTES));
    EXPECT_FALSE(sized(0));
    EXPECT_FALSE(sized(CRYPTORTURE_REGISTER_BYTES + 1));
}

TEST(Decode, DropsWhatIsToldOfAPacketThatIsNone)
{
    auto message = register_message();
    message.u32(CRYPTORTURE_A_MISMATCH_FIRST, 0)
        .u32(CRYPTORTURE_A_MISMATCH_WRONG_BYTES, 3)
        .u32(CRYPTORTURE_A_MISMATCH_WRONG_BITS, 5)
        .u32(CRYPTORTURE_A_MISMATCH_WINDOW, 7)
        .raw(CRYPTORTURE_A_MISMATCH_BLOCKS, {0x01});
    const auto record = decode_mismatch(message.bytes());
    ASSERT_TRUE(record);
    EXPECT_FALSE(record->first);
    EXPECT_TRUE(record->blocks.empty());
    EXPECT_EQ(record->window, 0U);
}

TEST(Decode, NeedsNoDriverWhereOnlyTheReferenceWasAtWork)
{
    auto message = mismatch_message()
                       .without(CRYPTORTURE_A_MISMATCH_DRIVER)
                       .without(CRYPTORTURE_A_MISMATCH_WHAT);
    message.u32(CRYPTORTURE_A_MISMATCH_WHAT, 1U << CRYPTORTURE_WHAT_REFERENCE);
    EXPECT_TRUE(decode_mismatch(message.bytes()));
    EXPECT_FALSE(decode_mismatch(message.without(CRYPTORTURE_A_MISMATCH_ALGORITHM).bytes()));
}

TEST(Decode, RefusesOversizedBinaries)
{
    EXPECT_FALSE(
        decode_mismatch(mismatch_message()
                            .resized(CRYPTORTURE_A_MISMATCH_BLOCKS, CRYPTORTURE_BLOCKS_MAX + 1)
                            .bytes()));
    EXPECT_FALSE(
        decode_mismatch(mismatch_message()
                            .resized(CRYPTORTURE_A_MISMATCH_EXPECTED, CRYPTORTURE_WINDOW + 1)
                            .resized(CRYPTORTURE_A_MISMATCH_ACTUAL, CRYPTORTURE_WINDOW + 1)
                            .bytes()));
    EXPECT_TRUE(
        decode_mismatch(mismatch_message()
                            .resized(CRYPTORTURE_A_MISMATCH_EXPECTED, CRYPTORTURE_WINDOW)
                            .resized(CRYPTORTURE_A_MISMATCH_ACTUAL, CRYPTORTURE_WINDOW)
                            .bytes()));
}

} // namespace ct::test

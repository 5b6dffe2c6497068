// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/encode.h"

#include <memory>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "kernel/decode.h"
#include "kernel/events.h"
#include "messages.h"
#include "samples.h"

namespace ct::test {

namespace {

class Encode : public testing::Test {
protected:
    nl_msg &message() { return *message_; }
    Bytes bytes()
    {
        const nlmsghdr *const header = nlmsg_hdr(message_.get());
        return {static_cast<const std::byte *>(nlmsg_data(header)),
                static_cast<std::size_t>(nlmsg_datalen(header))};
    }

private:
    struct Free {
        void operator()(nl_msg *message) const { nlmsg_free(message); }
    };
    static nl_msg *make()
    {
        nl_msg *const message = nlmsg_alloc_size(65536);
        nlmsg_put(message, 0, 0, 0, 0, 0);
        return message;
    }
    std::unique_ptr<nl_msg, Free> message_{make()};
};

} // namespace

TEST_F(Encode, PutsEveryParameter)
{
    Config config;
    config.duration_ms = 30000;
    config.seed = 0x1122334455667788;
    config.drivers = {"cbc-aes-aesni", "cbc(aes-generic)"};
    config.contexts = {Context::Task, Context::Softirq};
    config.disturbers = {Disturber::Timer};
    config.cpus = "0-1";
    config.load = 50;
    config.timer_hz = 4000;
    config.inject_every = 50000;
    config.until_mismatch = true;
    config.sizes = "64,1300-1500";
    config.exercisers = 2;
    ASSERT_TRUE(encode_config(message(), config));
    const Bytes expected = config_message().bytes();
    // libnl marks nests, the test's own messages do not; everything else is the same.
    const auto again = decode_config(bytes());
    ASSERT_TRUE(again) << again.error().sentence();
    EXPECT_EQ(bytes().size(), expected.size());
    EXPECT_EQ(again->duration_ms, config.duration_ms);
    EXPECT_EQ(again->seed, config.seed);
    EXPECT_EQ(again->drivers, config.drivers);
    EXPECT_EQ(again->contexts, config.contexts);
    EXPECT_EQ(again->disturbers, config.disturbers);
    EXPECT_EQ(again->cpus, config.cpus);
    EXPECT_EQ(again->load, config.load);
    EXPECT_EQ(again->timer_hz, config.timer_hz);
    EXPECT_EQ(again->inject_every, config.inject_every);
    EXPECT_TRUE(again->until_mismatch);
    EXPECT_EQ(again->sizes, config.sizes);
    EXPECT_EQ(again->exercisers, config.exercisers);
}

TEST_F(Encode, LeavesOutWhatIsNotGiven)
{
    ASSERT_TRUE(encode_config(message(), Config()));
    EXPECT_TRUE(bytes().empty());
}

TEST_F(Encode, TellsNoDisturbersFromTheDefault)
{
    Config config;
    config.disturbers.emplace();
    ASSERT_TRUE(encode_config(message(), config));
    const auto again = decode_config(bytes());
    ASSERT_TRUE(again && again->disturbers);
    EXPECT_TRUE(again->disturbers->empty());
}

TEST_F(Encode, SaysWhenItDoesNotFit)
{
    Config config;
    config.drivers.assign(2000, std::string(100, 'x'));
    EXPECT_FALSE(encode_config(message(), config));
}

TEST_F(Encode, PutsMeasurements)
{
    ASSERT_TRUE(encode_bench(message(), BenchRequest{"cbc-aes-aesni", BenchMode::Naive, 1420,
                                                     Direction::Decrypt, 100}));
    std::vector<std::pair<int, std::size_t>> seen;
    ASSERT_TRUE(walk(bytes(), [&](const Attribute &attribute) {
        seen.emplace_back(attribute.type, attribute.payload.size());
    }));
    EXPECT_EQ(seen, (std::vector<std::pair<int, std::size_t>>{{CT_BENCH_DRIVER, 14},
                                                              {CT_BENCH_MODE, 4},
                                                              {CT_BENCH_PAYLOAD, 4},
                                                              {CT_BENCH_DIRECTION, 4},
                                                              {CT_BENCH_DURATION_MS, 4}}));
}

TEST_F(Encode, PutsPackets)
{
    ASSERT_TRUE(encode_packet(message(), sample_mismatch(3)));
    std::vector<std::pair<int, std::size_t>> seen;
    ASSERT_TRUE(walk(bytes(), [&](const Attribute &attribute) {
        seen.emplace_back(attribute.type, attribute.payload.size());
    }));
    EXPECT_EQ(seen, (std::vector<std::pair<int, std::size_t>>{{CT_MISMATCH_DRIVER, 14},
                                                              {CT_MISMATCH_SEED, 8},
                                                              {CT_MISMATCH_INDEX, 8},
                                                              {CT_MISMATCH_PAYLOAD_LEN, 4},
                                                              {CT_MISMATCH_DIRECTION, 4},
                                                              {CT_MISMATCH_CONTEXT, 4},
                                                              {CT_MISMATCH_LAYOUT, 11},
                                                              {CT_MISMATCH_CPU_BEFORE, 4}}));
}

TEST(Events, AnUnreadableEventCountsAsAGap)
{
    Socket::Messages messages;
    const auto copy = [](const Attributes &attributes) {
        return Answer(attributes.bytes().begin(), attributes.bytes().end());
    };
    messages.messages.push_back({CT_CMD_EVENT_MISMATCH, copy(mismatch_message())});
    EXPECT_FALSE(decode_batch(messages).overrun);
    EXPECT_EQ(decode_batch(messages).events.size(), 1U);
    messages.messages.push_back({CT_CMD_EVENT_MISMATCH, {}});
    EXPECT_TRUE(decode_batch(messages).overrun);
    EXPECT_EQ(decode_batch(messages).events.size(), 1U);
}

} // namespace ct::test

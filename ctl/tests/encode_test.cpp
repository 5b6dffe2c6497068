// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/encode.h"

#include <memory>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "kernel/events.h"
#include "messages.h"
#include "samples.h"
#include "wire/decode.h"

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
    EXPECT_EQ(seen,
              (std::vector<std::pair<int, std::size_t>>{{CRYPTORTURE_A_BENCH_DRIVER, 14},
                                                        {CRYPTORTURE_A_BENCH_MODE, 4},
                                                        {CRYPTORTURE_A_BENCH_PAYLOAD, 4},
                                                        {CRYPTORTURE_A_BENCH_DIRECTION, 4},
                                                        {CRYPTORTURE_A_BENCH_DURATION_MS, 4}}));
}

TEST_F(Encode, PutsPackets)
{
    ASSERT_TRUE(encode_packet(message(), sample_mismatch(3)));
    std::vector<std::pair<int, std::size_t>> seen;
    ASSERT_TRUE(walk(bytes(), [&](const Attribute &attribute) {
        seen.emplace_back(attribute.type, attribute.payload.size());
    }));
    EXPECT_EQ(seen, (std::vector<std::pair<int, std::size_t>>{
                        {CRYPTORTURE_A_MISMATCH_DRIVER, 14},
                        {CRYPTORTURE_A_MISMATCH_SEED, 8},
                        {CRYPTORTURE_A_MISMATCH_INDEX, 8},
                        {CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, 4},
                        {CRYPTORTURE_A_MISMATCH_DIRECTION, 4},
                        {CRYPTORTURE_A_MISMATCH_CONTEXT, 4},
                        {CRYPTORTURE_A_MISMATCH_LAYOUT, 11},
                        {CRYPTORTURE_A_MISMATCH_CPU_BEFORE, 4}}));
}

TEST_F(Encode, PutsJobsWithWhatTheyTake)
{
    struct {
        JobKind kind;
        int nest;
    } const table[] = {{JobKind::Start, CRYPTORTURE_A_JOB_CONFIG},
                       {JobKind::Bench, CRYPTORTURE_A_JOB_BENCH},
                       {JobKind::Replay, CRYPTORTURE_A_JOB_PACKET},
                       {JobKind::Search, 0},
                       {JobKind::Stop, 0}};
    for (const auto &[kind, nest] : table) {
        const std::size_t begin = bytes().size();
        ASSERT_TRUE(encode_job(
            message(), kind, [](nl_msg &to) { return nla_put_u32(&to, 3, 0x01020304) >= 0; }));
        const Attributes inner = Attributes().u32(3, 0x01020304);
        Attributes expected =
            Attributes().u32(CRYPTORTURE_A_JOB_KIND, static_cast<std::uint32_t>(kind));
        if (nest != 0)
            expected.nest(nest | NLA_F_NESTED, inner);
        const Bytes put = bytes().subspan(begin);
        ASSERT_EQ(put.size(), expected.bytes().size()) << name(kind);
        EXPECT_TRUE(std::equal(put.begin(), put.end(), expected.bytes().begin())) << name(kind);
    }
}

TEST_F(Encode, PutsAnEmptyNestWhereAllIsAsByDefault)
{
    ASSERT_TRUE(encode_job(message(), JobKind::Start,
                           [](nl_msg &to) { return encode_config(to, Config()); }));
    EXPECT_EQ(bytes().size(), 8U + NLA_HDRLEN);
}

TEST_F(Encode, SaysWhenAJobDoesNotFit)
{
    EXPECT_FALSE(encode_job(message(), JobKind::Start, [](nl_msg &) { return false; }));
    Config config;
    config.drivers.assign(640, std::string(97, 'x')); // less than a message, more than a nest
    EXPECT_FALSE(encode_job(message(), JobKind::Start,
                            [&](nl_msg &to) { return encode_config(to, config); }));
}

TEST_F(Encode, PutsTheNumberOfAJob)
{
    ASSERT_TRUE(encode_job_number(message(), 0x1122334455667788));
    const auto number = decode_job_number(bytes());
    ASSERT_TRUE(number);
    EXPECT_EQ(*number, 0x1122334455667788U);
}

TEST(Events, KnowJobsOfAnybody)
{
    const auto event = decode_event(CRYPTORTURE_CMD_EVENT_JOB, job_message().bytes());
    ASSERT_TRUE(event && std::holds_alternative<JobSeen>(*event));
    EXPECT_EQ(std::get<JobSeen>(*event).job.number, 0x100000007U);
    EXPECT_FALSE(decode_event(CRYPTORTURE_CMD_EVENT_JOB, {}));
    // Of a module that is newer: no event, and no harm.
    EXPECT_FALSE(decode_event(CRYPTORTURE_CMD_MAX + 1, job_message().bytes()));
}

TEST(Events, AnUnreadableEventCountsAsAGap)
{
    Socket::Messages messages;
    const auto copy = [](const Attributes &attributes) {
        return Answer(attributes.bytes().begin(), attributes.bytes().end());
    };
    messages.messages.push_back({CRYPTORTURE_CMD_EVENT_MISMATCH, copy(mismatch_message())});
    EXPECT_FALSE(decode_batch(messages).overrun);
    EXPECT_EQ(decode_batch(messages).events.size(), 1U);
    // One that this program does not know is none.
    messages.messages.push_back({CRYPTORTURE_CMD_MAX + 1, {}});
    EXPECT_FALSE(decode_batch(messages).overrun);
    messages.messages.push_back({CRYPTORTURE_CMD_EVENT_MISMATCH, {}});
    EXPECT_TRUE(decode_batch(messages).overrun);
    EXPECT_EQ(decode_batch(messages).events.size(), 1U);
}

} // namespace ct::test

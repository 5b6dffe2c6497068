// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"

namespace ct::test {

namespace {

// The lists say which attribute a member is, so they are held to its name.
void expect_named(std::string member, const char *set, const std::string &key)
{
    if (member.ends_with("_ns"))
        member.resize(member.size() - 3);
    std::transform(member.begin(), member.end(), member.begin(),
                   [](unsigned char letter) { return std::toupper(letter); });
    EXPECT_TRUE(key.ends_with(std::string("_") + set + "_" + member)) << key;
}

} // namespace

TEST(Decode, EveryMemberOfTheListsHasTheNameOfItsAttribute)
{
    std::set<int> status;
    for (const auto &counter : run_counters) {
        expect_named(counter.name, "STATUS", counter.key);
        EXPECT_TRUE(status.insert(counter.attribute).second) << counter.name;
    }
    for (const auto &counter : verdict_counters) {
        expect_named(counter.name, "STATUS", counter.key);
        EXPECT_TRUE(status.insert(counter.attribute).second) << counter.name;
    }
    for (const auto &counter : cell_counters)
        expect_named(counter.name, "CELL", counter.key);
    each_packet_field(
        [](const auto &field) { expect_named(field.name, "MISMATCH", field.key); });
}

TEST(Decode, GivesEveryFieldOfAStatus)
{
    const auto status = decode_status(status_message().bytes());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->run, 3U);
    EXPECT_EQ(status->state, State::Ended);
    EXPECT_EQ(status->verdict, Verdict::Corrupt);
    EXPECT_EQ(status->end, End::Stopped);
    EXPECT_EQ(status->failure, "a worker failed");
    EXPECT_EQ(status->seed, wide(CRYPTORTURE_A_STATUS_SEED));
    for (const auto &counter : run_counters)
        EXPECT_EQ((*status).*counter.member, wide(counter.attribute)) << counter.name;
    for (const auto &counter : verdict_counters)
        EXPECT_EQ((*status).*counter.member, wide(counter.attribute)) << counter.name;
    EXPECT_EQ(status->records, wide(CRYPTORTURE_A_STATUS_RECORDS));
    EXPECT_EQ(status->cells_planned, 48U);
    EXPECT_EQ(status->cells_reached, 47U);
    EXPECT_EQ(status->digest, std::vector<std::uint8_t>(32, 0xd1));
    EXPECT_EQ(status->cells_exempt, 5U);
    EXPECT_TRUE(status->fpu_nests);
    EXPECT_EQ(status->job, wide(CRYPTORTURE_A_STATUS_JOB));
    ASSERT_EQ(status->disturbers.size(), 2U);
    EXPECT_EQ(status->disturbers[0].disturber, Disturber::Ipi);
    EXPECT_EQ(status->disturbers[0].count, 0x123456789U);
    EXPECT_EQ(status->disturbers[0].reason, "");
    EXPECT_EQ(status->disturbers[1].disturber, Disturber::Memory);
    EXPECT_EQ(status->disturbers[1].reason, "no reclaim here");
    ASSERT_TRUE(status->sweep);
    EXPECT_EQ(status->sweep->at(15), 0x0101010101010101U);
    EXPECT_EQ(status->defaults_changed, 0U);

    const Config &config = status->config;
    EXPECT_EQ(config.duration_ms, 30000U);
    EXPECT_EQ(config.seed, 0x1122334455667788U);
    EXPECT_EQ(config.drivers, (std::vector<std::string>{"cbc-aes-aesni", "cbc(aes-generic)"}));
    EXPECT_EQ(config.contexts, (std::vector<Context>{Context::Task, Context::Softirq}));
    EXPECT_EQ(config.disturbers, (std::vector<Disturber>{Disturber::Timer}));
    EXPECT_EQ(config.cpus, "0-1");
    EXPECT_EQ(config.load, 50U);
    EXPECT_EQ(config.timer_hz, 4000U);
    EXPECT_EQ(config.inject_every, 50000U);
    EXPECT_TRUE(config.until_mismatch);
    EXPECT_EQ(config.sizes, "64,1300-1500");
    EXPECT_EQ(config.exercisers, 2U);
}

TEST(Decode, NeedsNoCountsBeforeTheFirstRun)
{
    const auto status =
        decode_status(Attributes()
                          .u32(CRYPTORTURE_A_STATUS_STATE, CRYPTORTURE_RUN_STATE_IDLE)
                          .u32(CRYPTORTURE_A_STATUS_FPU_NESTS, 1)
                          .bytes());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, State::Idle);
    EXPECT_TRUE(status->fpu_nests); // measured without a run
    EXPECT_FALSE(decode_status(
        Attributes().u32(CRYPTORTURE_A_STATUS_STATE, CRYPTORTURE_RUN_STATE_RUNNING).bytes()));
}

TEST(Decode, RefusesGarbageInNests)
{
    auto status = status_message().without(CRYPTORTURE_A_STATUS_CONFIG);
    status.raw(CRYPTORTURE_A_STATUS_CONFIG, {0xff, 0xff, 0x01, 0x00, 0x00});
    EXPECT_FALSE(decode_status(status.bytes()));

    auto inner = config_message().without(CRYPTORTURE_A_CONFIG_DRIVERS);
    inner.raw(CRYPTORTURE_A_CONFIG_DRIVERS, {0x02, 0x00, 0x01, 0x00});
    auto outer = status_message().without(CRYPTORTURE_A_STATUS_CONFIG);
    outer.nest(CRYPTORTURE_A_STATUS_CONFIG, inner);
    const auto result = decode_status(outer.bytes());
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().why.find("CRYPTORTURE_A_CONFIG_DRIVERS"), std::string::npos);

    // A list, a member and a number in it that are cut short.
    for (const Attributes &wrong :
         {Attributes().raw(CRYPTORTURE_A_STATUS_DISTURBERS, {0x02, 0x00, 0x02, 0x00}),
          Attributes().nest(
              CRYPTORTURE_A_STATUS_DISTURBERS,
              Attributes().raw(CRYPTORTURE_A_LIST_DISTURBER, {0xff, 0x00, 0x01, 0x00})),
          Attributes().nest(CRYPTORTURE_A_STATUS_DISTURBERS,
                            Attributes().nest(CRYPTORTURE_A_LIST_DISTURBER,
                                              disturber_message().resized(
                                                  CRYPTORTURE_A_DISTURBER_COUNT, 4)))}) {
        auto list = status_message().without(CRYPTORTURE_A_STATUS_DISTURBERS);
        list.append(wrong);
        EXPECT_FALSE(decode_status(list.bytes()));
    }
}

TEST(Decode, TellsWhatADisturberLacks)
{
    auto status = status_message().without(CRYPTORTURE_A_STATUS_DISTURBERS);
    status.nest(CRYPTORTURE_A_STATUS_DISTURBERS,
                Attributes().nest(CRYPTORTURE_A_LIST_DISTURBER,
                                  disturber_message().without(CRYPTORTURE_A_DISTURBER_COUNT)));
    const auto result = decode_status(status.bytes());
    ASSERT_FALSE(result);
    EXPECT_NE(
        result.error().why.find("the module does not report CRYPTORTURE_A_DISTURBER_COUNT"),
        std::string::npos);
}

// A module of 0.1.0 may have it on; nobody else has.
TEST(Decode, LeavesOutTheDisturberThatIsNoMore)
{
    auto status = status_message()
                      .without(CRYPTORTURE_A_STATUS_CONFIG)
                      .without(CRYPTORTURE_A_STATUS_DISTURBERS);
    status
        .nest(CRYPTORTURE_A_STATUS_CONFIG,
              config_message()
                  .without(CRYPTORTURE_A_CONFIG_DISTURB)
                  .u32(CRYPTORTURE_A_CONFIG_DISTURB, 1U << CRYPTORTURE_DISTURBER_RETIRED_8 |
                                                         1U << CRYPTORTURE_DISTURBER_MEMORY))
        .nest(CRYPTORTURE_A_STATUS_DISTURBERS,
              Attributes()
                  .nest(CRYPTORTURE_A_LIST_DISTURBER,
                        Attributes()
                            .u32(CRYPTORTURE_A_DISTURBER_ID, CRYPTORTURE_DISTURBER_RETIRED_8)
                            .u64(CRYPTORTURE_A_DISTURBER_COUNT, 5))
                  .nest(CRYPTORTURE_A_LIST_DISTURBER, disturber_message()));
    const auto result = decode_status(status.bytes());
    ASSERT_TRUE(result) << result.error().sentence();
    EXPECT_EQ(result->config.disturbers, std::vector{Disturber::Memory});
    ASSERT_EQ(result->disturbers.size(), 1U);
    EXPECT_EQ(result->disturbers[0].disturber, Disturber::Ipi);
}

TEST(Decode, TakesAnEmptyListOfSizesAsNone)
{
    auto config = config_message().without(CRYPTORTURE_A_CONFIG_SIZES);
    config.text(CRYPTORTURE_A_CONFIG_SIZES, "");
    const auto result = decode_config(config.bytes());
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->sizes);
}

TEST(Decode, GivesDriversCellsAndMeasurements)
{
    const auto driver = decode_driver(driver_message().bytes());
    ASSERT_TRUE(driver);
    EXPECT_EQ(driver->id, 7U);
    EXPECT_EQ(driver->priority, -400);
    EXPECT_TRUE(driver->async && driver->simd && driver->is_default && driver->present);
    EXPECT_FALSE(driver->usable()); // it has an errno
    EXPECT_TRUE(driver->deferred);
    EXPECT_EQ(driver->reason, "this CPU has no vpclmulqdq");

    const auto cell = decode_cell(cell_message().bytes());
    ASSERT_TRUE(cell);
    EXPECT_EQ(cell->gap, Gap::NoFpuHit);
    EXPECT_EQ(cell->direction, Direction::Tampered);
    for (const auto &counter : cell_counters)
        EXPECT_EQ((*cell).*counter.member, wide(counter.attribute)) << counter.name;
    EXPECT_EQ(cell->exempt, (std::vector<Exempt>{Exempt::Deferred}));

    const auto bench = decode_bench(bench_message().bytes());
    ASSERT_TRUE(bench);
    EXPECT_DOUBLE_EQ(bench->speed(), 14.2);
}

TEST(Decode, GivesEvents)
{
    const auto started =
        decode_event(CRYPTORTURE_CMD_EVENT_STARTED, Attributes()
                                                        .u64(CRYPTORTURE_A_STATUS_RUN, 4)
                                                        .u64(CRYPTORTURE_A_STATUS_SEED, 5)
                                                        .bytes());
    ASSERT_TRUE(started);
    EXPECT_EQ(std::get<RunStarted>(*started).run, 4U);

    const auto seen = decode_event(CRYPTORTURE_CMD_EVENT_MISMATCH, mismatch_message().bytes());
    ASSERT_TRUE(seen);
    EXPECT_EQ(std::get<MismatchSeen>(*seen).number, 12U);

    const auto ended = decode_event(CRYPTORTURE_CMD_EVENT_ENDED, status_message().bytes());
    ASSERT_TRUE(ended);
    EXPECT_EQ(std::get<RunEnded>(*ended).status.verdict, Verdict::Corrupt);

    EXPECT_FALSE(decode_event(CRYPTORTURE_CMD_EVENT_MISMATCH, {}));
    EXPECT_FALSE(decode_event(200, mismatch_message().bytes()));
}

} // namespace ct::test

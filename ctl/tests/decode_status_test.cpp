// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"

namespace ct::test {

TEST(Decode, GivesEveryFieldOfAStatus)
{
    const auto status = decode_status(status_message().bytes());
    ASSERT_TRUE(status);
    const auto wide = [](int type) {
        return 0x100000000ULL + static_cast<std::uint64_t>(type);
    };
    EXPECT_EQ(status->run, 3U);
    EXPECT_EQ(status->state, State::Ended);
    EXPECT_EQ(status->verdict, Verdict::Corrupt);
    EXPECT_EQ(status->end, End::Stopped);
    EXPECT_EQ(status->failure, "a worker failed");
    EXPECT_EQ(status->seed, wide(CT_STATUS_SEED));
    EXPECT_EQ(status->elapsed_ns, wide(CT_STATUS_ELAPSED));
    EXPECT_EQ(status->started_ns, wide(CT_STATUS_STARTED));
    EXPECT_EQ(status->operations, wide(CT_STATUS_OPERATIONS));
    EXPECT_EQ(status->bytes, wide(CT_STATUS_BYTES));
    EXPECT_EQ(status->blocks, wide(CT_STATUS_BLOCKS));
    EXPECT_EQ(status->mismatches, wide(CT_STATUS_MISMATCHES));
    EXPECT_EQ(status->injected, wide(CT_STATUS_INJECTED));
    EXPECT_EQ(status->injected_found, wide(CT_STATUS_INJECTED_FOUND));
    EXPECT_EQ(status->records, wide(CT_STATUS_RECORDS));
    EXPECT_EQ(status->overwritten, wide(CT_STATUS_OVERWRITTEN));
    EXPECT_EQ(status->unrecorded, wide(CT_STATUS_UNRECORDED));
    EXPECT_EQ(status->interruptions, wide(CT_STATUS_INTERRUPTIONS));
    EXPECT_EQ(status->fpu_hits, wide(CT_STATUS_FPU_HITS));
    EXPECT_EQ(status->preemptions, wide(CT_STATUS_PREEMPTIONS));
    EXPECT_EQ(status->nested, wide(CT_STATUS_NESTED));
    EXPECT_EQ(status->nested_fpu, wide(CT_STATUS_NESTED_FPU));
    EXPECT_EQ(status->cells_planned, 48U);
    EXPECT_EQ(status->cells_reached, 47U);
    EXPECT_EQ(status->memory, wide(CT_STATUS_MEMORY));
    EXPECT_EQ(status->vectors, wide(CT_STATUS_VECTORS));
    EXPECT_EQ(status->digest, std::vector<std::uint8_t>(32, 0xd1));
    EXPECT_EQ(status->starved, wide(CT_STATUS_STARVED));
    EXPECT_EQ(status->nested_user, wide(CT_STATUS_NESTED_USER));
    EXPECT_EQ(status->fallbacks, wide(CT_STATUS_FALLBACKS));
    EXPECT_EQ(status->migrations, wide(CT_STATUS_MIGRATIONS));
    EXPECT_EQ(status->async, wide(CT_STATUS_ASYNC));
    EXPECT_EQ(status->reordered, wide(CT_STATUS_REORDERED));
    EXPECT_EQ(status->backlogged, wide(CT_STATUS_BACKLOGGED));
    EXPECT_EQ(status->register_checks, wide(CT_STATUS_REGISTER_CHECKS));
    EXPECT_EQ(status->register_mismatches, wide(CT_STATUS_REGISTER_MISMATCHES));
    EXPECT_EQ(status->reference_checks, wide(CT_STATUS_REFERENCE_CHECKS));
    EXPECT_EQ(status->mismatches_void, wide(CT_STATUS_MISMATCHES_VOID));
    EXPECT_EQ(status->cells_exempt, 5U);
    EXPECT_TRUE(status->fpu_nests);
    EXPECT_EQ(status->job, wide(CT_STATUS_JOB));
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
    const auto status = decode_status(
        Attributes().u32(CT_STATUS_STATE, CT_RUN_IDLE).u32(CT_STATUS_FPU_NESTS, 1).bytes());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, State::Idle);
    EXPECT_TRUE(status->fpu_nests); // measured without a run
    EXPECT_FALSE(decode_status(Attributes().u32(CT_STATUS_STATE, CT_RUN_RUNNING).bytes()));
}

TEST(Decode, RefusesGarbageInNests)
{
    auto status = status_message().without(CT_STATUS_CONFIG);
    status.raw(CT_STATUS_CONFIG, {0xff, 0xff, 0x01, 0x00, 0x00});
    EXPECT_FALSE(decode_status(status.bytes()));

    auto inner = config_message().without(CT_CONFIG_DRIVERS);
    inner.raw(CT_CONFIG_DRIVERS, {0x02, 0x00, 0x01, 0x00});
    auto outer = status_message().without(CT_STATUS_CONFIG);
    outer.nest(CT_STATUS_CONFIG, inner);
    const auto result = decode_status(outer.bytes());
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().why.find("CT_CONFIG_DRIVERS"), std::string::npos);

    // A list, a member and a number in it that are cut short.
    for (const Attributes &wrong :
         {Attributes().raw(CT_STATUS_DISTURBERS, {0x02, 0x00, 0x02, 0x00}),
          Attributes().nest(CT_STATUS_DISTURBERS,
                            Attributes().raw(CT_LIST_DISTURBER, {0xff, 0x00, 0x01, 0x00})),
          Attributes().nest(
              CT_STATUS_DISTURBERS,
              Attributes().nest(CT_LIST_DISTURBER,
                                disturber_message().resized(CT_DISTURBER_COUNT, 4)))}) {
        auto list = status_message().without(CT_STATUS_DISTURBERS);
        list.append(wrong);
        EXPECT_FALSE(decode_status(list.bytes()));
    }
}

TEST(Decode, TellsWhatADisturberLacks)
{
    auto status = status_message().without(CT_STATUS_DISTURBERS);
    status.nest(
        CT_STATUS_DISTURBERS,
        Attributes().nest(CT_LIST_DISTURBER, disturber_message().without(CT_DISTURBER_COUNT)));
    const auto result = decode_status(status.bytes());
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().why.find("CT_DISTURBER_COUNT from the module is missing"),
              std::string::npos);
}

// A module of 0.1.0 may have it on; nobody else has.
TEST(Decode, LeavesOutTheDisturberThatIsNoMore)
{
    auto status = status_message().without(CT_STATUS_CONFIG).without(CT_STATUS_DISTURBERS);
    status
        .nest(CT_STATUS_CONFIG,
              config_message()
                  .without(CT_CONFIG_DISTURB)
                  .u32(CT_CONFIG_DISTURB, 1U << CT_DISTURB_FREQ | 1U << CT_DISTURB_MEMORY))
        .nest(CT_STATUS_DISTURBERS,
              Attributes()
                  .nest(CT_LIST_DISTURBER, Attributes()
                                               .u32(CT_DISTURBER_ID, CT_DISTURB_FREQ)
                                               .u64(CT_DISTURBER_COUNT, 5))
                  .nest(CT_LIST_DISTURBER, disturber_message()));
    const auto result = decode_status(status.bytes());
    ASSERT_TRUE(result) << result.error().sentence();
    EXPECT_EQ(result->config.disturbers, std::vector{Disturber::Memory});
    ASSERT_EQ(result->disturbers.size(), 1U);
    EXPECT_EQ(result->disturbers[0].disturber, Disturber::Ipi);
}

TEST(Decode, TakesAnEmptyListOfSizesAsNone)
{
    auto config = config_message().without(CT_CONFIG_SIZES);
    config.text(CT_CONFIG_SIZES, "");
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
    EXPECT_EQ(cell->mismatches, 0x100000000ULL + CT_CELL_MISMATCHES);
    EXPECT_EQ(cell->nested_fpu, 0x100000000ULL + CT_CELL_NESTED_FPU);
    EXPECT_EQ(cell->simd, 0x100000000ULL + CT_CELL_SIMD);
    EXPECT_EQ(cell->fallbacks, 0x100000000ULL + CT_CELL_FALLBACKS);
    EXPECT_EQ(cell->live, 0x100000000ULL + CT_CELL_LIVE);
    EXPECT_EQ(cell->mismatches_moved, 0x100000000ULL + CT_CELL_MISMATCHES_MOVED);
    EXPECT_EQ(cell->exempt, (std::vector<Exempt>{Exempt::Deferred}));

    const auto bench = decode_bench(bench_message().bytes());
    ASSERT_TRUE(bench);
    EXPECT_DOUBLE_EQ(bench->speed(), 14.2);
}

TEST(Decode, GivesEvents)
{
    const auto started =
        decode_event(CT_CMD_EVENT_STARTED,
                     Attributes().u64(CT_STATUS_RUN, 4).u64(CT_STATUS_SEED, 5).bytes());
    ASSERT_TRUE(started);
    EXPECT_EQ(std::get<RunStarted>(*started).run, 4U);

    const auto seen = decode_event(CT_CMD_EVENT_MISMATCH, mismatch_message().bytes());
    ASSERT_TRUE(seen);
    EXPECT_EQ(std::get<MismatchSeen>(*seen).number, 12U);

    const auto ended = decode_event(CT_CMD_EVENT_ENDED, status_message().bytes());
    ASSERT_TRUE(ended);
    EXPECT_EQ(std::get<RunEnded>(*ended).status.verdict, Verdict::Corrupt);

    EXPECT_FALSE(decode_event(CT_CMD_EVENT_MISMATCH, {}));
    EXPECT_FALSE(decode_event(200, mismatch_message().bytes()));
}

} // namespace ct::test

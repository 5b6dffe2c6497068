// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/decode.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"

namespace ct::test {

namespace {

// Decodes and gives the error's text, or nothing.
using Decoder = std::function<std::string(Bytes)>;

template <typename Record> Decoder decoder(Result<Record> (*decode)(Bytes))
{
    return [decode](Bytes bytes) {
        const auto record = decode(bytes);
        return record ? std::string() : record.error().sentence();
    };
}

struct Kind {
    const char *name;
    Attributes message;
    Decoder decode;
    std::set<int> optional; // may be missing
    std::set<int> loose;    // strings, binaries and nests: no fixed size
};

std::vector<Kind> kinds()
{
    return {
        {"version",
         version_message(),
         decoder(decode_version),
         {},
         {CT_VERSION_MODULE, CT_VERSION_KERNEL}},
        {"status",
         status_message(),
         decoder(decode_status),
         {CT_STATUS_FAILURE, CT_STATUS_DIGEST, CT_STATUS_SWEEP, CT_STATUS_DEFAULTS_CHANGED},
         {CT_STATUS_FAILURE, CT_STATUS_CONFIG}},
        {"driver",
         driver_message(),
         decoder(decode_driver),
         {CT_DRIVER_MODULE, CT_DRIVER_PRIORITY, CT_DRIVER_ASYNC, CT_DRIVER_SIMD,
          CT_DRIVER_DEFAULT, CT_DRIVER_PRESENT, CT_DRIVER_ERRNO, CT_DRIVER_REASON,
          CT_DRIVER_EXPECTED},
         {CT_DRIVER_NAME, CT_DRIVER_ALGORITHM, CT_DRIVER_MODULE, CT_DRIVER_REASON}},
        {"cell", cell_message(), decoder(decode_cell), {}, {}},
        {"mismatch",
         mismatch_message(),
         decoder(decode_mismatch),
         {CT_MISMATCH_FIRST, CT_MISMATCH_BLOCKS, CT_MISMATCH_PERSISTS, CT_MISMATCH_NESTED_FPU,
          CT_MISMATCH_ASYNC, CT_MISMATCH_INJECTED},
         {CT_MISMATCH_ALGORITHM, CT_MISMATCH_DRIVER, CT_MISMATCH_LAYOUT, CT_MISMATCH_BLOCKS}},
        {"bench",
         bench_message(),
         decoder(decode_bench),
         {CT_BENCH_GENERIC},
         {CT_BENCH_GENERIC}},
    };
}

std::vector<std::byte> copy(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

} // namespace

TEST(Decode, TakesWholeMessages)
{
    for (const Kind &kind : kinds())
        EXPECT_EQ(kind.decode(kind.message.bytes()), "") << kind.name;
}

TEST(Decode, RefusesMessagesCutShort)
{
    for (const Kind &kind : kinds()) {
        const auto bytes = copy(kind.message.bytes());
        // Where an attribute ends, and in the padding behind it, nothing is cut.
        std::set<std::size_t> whole;
        ASSERT_TRUE(walk(bytes, [&](const Attribute &attribute) {
            const std::size_t end = attribute.offset + 4 + attribute.payload.size();
            for (std::size_t size = end; size <= (end + 3) / 4 * 4; ++size)
                whole.insert(size);
        }));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            // A copy of just that size, so that AddressSanitizer sees any byte too far.
            const std::vector<std::byte> part(bytes.begin(),
                                              bytes.begin() + static_cast<long>(size));
            const std::string error = kind.decode(part);
            if (whole.count(size) == 0) {
                EXPECT_NE(error, "") << kind.name << " of " << size << " bytes";
            }
        }
        EXPECT_NE(kind.decode({}), "") << kind.name;
    }
}

TEST(Decode, NamesWhatIsMissing)
{
    for (const Kind &kind : kinds())
        for (const int type : kind.message.types()) {
            const std::string error = kind.decode(kind.message.without(type).bytes());
            if (kind.optional.count(type) != 0)
                EXPECT_EQ(error, "") << kind.name << " without " << type;
            else
                EXPECT_NE(error, "") << kind.name << " without " << type;
        }
    const auto status = decode_status(status_message().without(CT_STATUS_MISMATCHES).bytes());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::Malformed);
    EXPECT_EQ(status.error().sentence(),
              "cannot read the status: CT_STATUS_MISMATCHES from the module is missing; module "
              "and program may be of different builds: see 'cryptorture version'");
}

TEST(Decode, RefusesOtherSizes)
{
    for (const Kind &kind : kinds())
        for (const int type : kind.message.types()) {
            if (kind.loose.count(type) != 0)
                continue;
            for (const std::size_t size : {1U, 2U, 3U, 5U, 7U, 9U, 12U, 2000U})
                EXPECT_NE(kind.decode(kind.message.resized(type, size).bytes()), "")
                    << kind.name << " with " << type << " of " << size << " bytes";
        }
}

TEST(Decode, RefusesOversizedBinaries)
{
    EXPECT_FALSE(decode_mismatch(
        mismatch_message().resized(CT_MISMATCH_BLOCKS, CT_BLOCKS_MAX + 1).bytes()));
    EXPECT_FALSE(decode_mismatch(mismatch_message()
                                     .resized(CT_MISMATCH_EXPECTED, CT_WINDOW + 1)
                                     .resized(CT_MISMATCH_ACTUAL, CT_WINDOW + 1)
                                     .bytes()));
    EXPECT_TRUE(decode_mismatch(mismatch_message()
                                    .resized(CT_MISMATCH_EXPECTED, CT_WINDOW)
                                    .resized(CT_MISMATCH_ACTUAL, CT_WINDOW)
                                    .bytes()));
}

TEST(Decode, PassesUnknownAttributesAndPaddingOver)
{
    auto message = status_message();
    message.u32(9999, 1).u32(9999, 2).flag(CT_STATUS_PAD).flag(CT_STATUS_PAD);
    EXPECT_TRUE(decode_status(message.bytes()));
}

TEST(Decode, RefusesAnAttributeThatComesTwice)
{
    auto message = status_message();
    message.u64(CT_STATUS_MISMATCHES, 0);
    const auto status = decode_status(message.bytes());
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().why.find("CT_STATUS_MISMATCHES from the module comes twice"),
              std::string::npos);
}

TEST(Decode, RefusesUnknownWords)
{
    const auto replaced = [](const Attributes &message, int type, std::uint32_t value) {
        auto result = message.without(type);
        result.u32(type, value);
        return result;
    };
    EXPECT_FALSE(decode_status(replaced(status_message(), CT_STATUS_STATE, 4).bytes()));
    EXPECT_FALSE(decode_status(replaced(status_message(), CT_STATUS_VERDICT, 4).bytes()));
    EXPECT_FALSE(
        decode_cell(replaced(cell_message(), CT_CELL_GAP, CT_GAP_NO_SOFTIRQ + 1).bytes()));
    EXPECT_FALSE(decode_mismatch(
        replaced(mismatch_message(), CT_MISMATCH_WHAT, 1U << CT_WHATS).bytes()));
    EXPECT_TRUE(decode_mismatch(
        replaced(mismatch_message(), CT_MISMATCH_WHAT, (1U << CT_WHATS) - 1).bytes()));
}

TEST(Decode, RefusesStringsThatDoNotEnd)
{
    const std::vector<std::vector<std::uint8_t>> wrong{
        {}, {'a', 'b'}, {'a', 0, 'b', 0}, {'a', 0, 0}};
    for (const auto &payload : wrong) {
        auto message = version_message().without(CT_VERSION_KERNEL);
        message.raw(CT_VERSION_KERNEL, payload);
        EXPECT_FALSE(decode_version(message.bytes())) << payload.size();
    }
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
}

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
    EXPECT_EQ(status->timer_fired, wide(CT_STATUS_TIMER_FIRED));
    EXPECT_EQ(status->preempt_woken, wide(CT_STATUS_PREEMPT_WOKEN));
    EXPECT_EQ(status->starved, wide(CT_STATUS_STARVED));
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
}

TEST(Decode, NeedsNoCountsBeforeTheFirstRun)
{
    const auto status = decode_status(Attributes().u32(CT_STATUS_STATE, CT_RUN_IDLE).bytes());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, State::Idle);
    EXPECT_FALSE(decode_status(Attributes().u32(CT_STATUS_STATE, CT_RUN_RUNNING).bytes()));
}

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
    EXPECT_TRUE(record->nested_fpu);
    EXPECT_TRUE(record->async);
    EXPECT_EQ(record->duration_ns, 123456U);
    EXPECT_TRUE(record->injected);
}

TEST(Decode, RefusesBytesThatDoNotPairUp)
{
    EXPECT_FALSE(decode_mismatch(mismatch_message().resized(CT_MISMATCH_ACTUAL, 63).bytes()));
    EXPECT_FALSE(decode_mismatch(mismatch_message().without(CT_MISMATCH_EXPECTED).bytes()));
    EXPECT_FALSE(decode_mismatch(mismatch_message().without(CT_MISMATCH_IV_ACTUAL).bytes()));
}

TEST(Decode, GivesDriversCellsAndMeasurements)
{
    const auto driver = decode_driver(driver_message().bytes());
    ASSERT_TRUE(driver);
    EXPECT_EQ(driver->id, 7U);
    EXPECT_EQ(driver->priority, -400);
    EXPECT_TRUE(driver->async && driver->simd && driver->is_default && driver->present);
    EXPECT_FALSE(driver->usable()); // it has an errno
    EXPECT_EQ(driver->reason, "this CPU has no vpclmulqdq");

    const auto cell = decode_cell(cell_message().bytes());
    ASSERT_TRUE(cell);
    EXPECT_EQ(cell->gap, Gap::NoFpuHit);
    EXPECT_EQ(cell->direction, Direction::Tampered);
    EXPECT_EQ(cell->mismatches, 0x100000000ULL + CT_CELL_MISMATCHES);
    EXPECT_EQ(cell->nested_fpu, 0x100000000ULL + CT_CELL_NESTED_FPU);

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

// Nothing is expected of the results but that they keep their own promises.
TEST(Decode, SurvivesEveryChangeOfEveryByte)
{
    std::mt19937 random(20); // the same every time
    for (const Kind &kind : kinds()) {
        const auto bytes = copy(kind.message.bytes());
        for (std::size_t place = 0; place < bytes.size(); ++place)
            for (const unsigned value : {0x00U, 0x01U, 0x7fU, 0x80U, 0xffU}) {
                auto changed = bytes;
                changed[place] = static_cast<std::byte>(value);
                (void)kind.decode(changed);
            }
        for (int round = 0; round < 2000; ++round) {
            auto changed = bytes;
            for (int change = 0; change < 4; ++change)
                changed[random() % changed.size()] = static_cast<std::byte>(random() & 0xff);
            changed.resize(random() % (changed.size() + 1));
            (void)kind.decode(changed);
            if (const auto record = decode_mismatch(changed)) {
                EXPECT_EQ(record->expected.size(), record->actual.size());
            }
        }
    }
}

// Messages of a real module, recorded by record_corpus.
TEST(Decode, TakesRecordedMessages)
{
    std::size_t count = 0;
    std::set<std::string> seen;
    for (const auto &entry : std::filesystem::directory_iterator(CT_CORPUS)) {
        const std::string name = entry.path().filename();
        const std::string kind_name = name.substr(0, name.find('-'));
        for (const Kind &kind : kinds()) {
            if (kind_name != kind.name)
                continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string text((std::istreambuf_iterator<char>(file)),
                                   std::istreambuf_iterator<char>());
            std::vector<std::byte> bytes(text.size());
            std::memcpy(bytes.data(), text.data(), text.size());
            EXPECT_EQ(kind.decode(bytes), "") << name;
            for (std::size_t size = 0; size < bytes.size(); ++size)
                (void)kind.decode(Bytes(bytes).first(size));
            seen.insert(kind_name);
            ++count;
        }
    }
    EXPECT_GT(count, 0U);
    EXPECT_EQ(seen, (std::set<std::string>{"version", "status", "driver", "cell", "mismatch",
                                           "bench"}));
}

} // namespace ct::test

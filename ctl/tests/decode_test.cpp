// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"

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

// Counters that a module of an earlier release does not have.
template <typename List> void pass_added(Kind &kind, const List &list)
{
    for (const auto &counter : list)
        if (counter.presence == Presence::Added)
            kind.optional.insert(counter.attribute);
}

std::vector<Kind> kinds()
{
    std::vector<Kind> kinds{
        {"version",
         version_message(),
         decoder(decode_version),
         {},
         {CT_VERSION_MODULE, CT_VERSION_KERNEL}},
        {"status",
         status_message(),
         decoder(decode_status),
         {CT_STATUS_FAILURE, CT_STATUS_DIGEST, CT_STATUS_SWEEP, CT_STATUS_DEFAULTS_CHANGED,
          CT_STATUS_JOB},
         {CT_STATUS_FAILURE, CT_STATUS_CONFIG, CT_STATUS_DISTURBERS}},
        {"driver",
         driver_message(),
         decoder(decode_driver),
         {CT_DRIVER_MODULE, CT_DRIVER_PRIORITY, CT_DRIVER_ASYNC, CT_DRIVER_SIMD,
          CT_DRIVER_DEFAULT, CT_DRIVER_PRESENT, CT_DRIVER_ERRNO, CT_DRIVER_REASON,
          CT_DRIVER_EXPECTED, CT_DRIVER_DEFERRED},
         {CT_DRIVER_NAME, CT_DRIVER_ALGORITHM, CT_DRIVER_MODULE, CT_DRIVER_REASON}},
        {"cell", cell_message(), decoder(decode_cell), {}, {}},
        {"mismatch",
         mismatch_message(),
         decoder(decode_mismatch),
         {CT_MISMATCH_FIRST, CT_MISMATCH_BLOCKS, CT_MISMATCH_PERSISTS, CT_MISMATCH_NESTED_FPU,
          CT_MISMATCH_ASYNC, CT_MISMATCH_INJECTED, CT_MISMATCH_FOREIGN, CT_MISMATCH_SIMD,
          CT_MISMATCH_LIVE},
         {CT_MISMATCH_ALGORITHM, CT_MISMATCH_DRIVER, CT_MISMATCH_LAYOUT, CT_MISMATCH_BLOCKS,
          CT_MISMATCH_REPLAYS}},
        {"register",
         register_message(),
         decoder(decode_mismatch),
         {CT_MISMATCH_OWNER},
         {CT_MISMATCH_REGISTER, CT_MISMATCH_OWNER}},
        {"bench",
         bench_message(),
         decoder(decode_bench),
         {CT_BENCH_GENERIC},
         {CT_BENCH_GENERIC}},
        {"job",
         job_message(),
         decoder(decode_job),
         {CT_JOB_WHAT, CT_JOB_ERROR, CT_JOB_WHY, CT_JOB_WHERE},
         {CT_JOB_WHAT, CT_JOB_WHY}},
    };
    for (Kind &kind : kinds) {
        if (std::string_view(kind.name) == "status") {
            pass_added(kind, run_counters);
            pass_added(kind, verdict_counters);
        }
        if (std::string_view(kind.name) == "cell")
            pass_added(kind, cell_counters);
    }
    return kinds;
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
        decode_cell(replaced(cell_message(), CT_CELL_GAP, CT_GAP_NOT_APPLICABLE + 1).bytes()));
    EXPECT_FALSE(
        decode_cell(replaced(cell_message(), CT_CELL_EXEMPT, 1U << CT_EXEMPTS).bytes()));
    EXPECT_FALSE(decode_cell(replaced(cell_message(), CT_CELL_CONTEXT, CT_CONTEXTS).bytes()));
    EXPECT_FALSE(decode_status(replaced(status_message(), CT_STATUS_FPU_NESTS, 2).bytes()));
    EXPECT_FALSE(
        decode_mismatch(replaced(register_message(), CT_MISMATCH_EVENT, CT_EVENTS).bytes()));
    auto disturbers = status_message().without(CT_STATUS_DISTURBERS);
    disturbers.nest(
        CT_STATUS_DISTURBERS,
        Attributes().nest(CT_LIST_DISTURBER,
                          replaced(disturber_message(), CT_DISTURBER_ID, CT_DISTURBERS)));
    EXPECT_FALSE(decode_status(disturbers.bytes()));
    EXPECT_FALSE(decode_mismatch(
        replaced(mismatch_message(), CT_MISMATCH_WHAT, 1U << CT_WHATS).bytes()));
    EXPECT_TRUE(decode_mismatch(
        replaced(mismatch_message(), CT_MISMATCH_WHAT, (1U << CT_WHAT_REGISTER) - 1).bytes()));
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

// Messages recorded by record_corpus; corpus/README.md says of what.
TEST(Decode, TakesRecordedMessages)
{
    std::size_t count = 0;
    std::set<std::string> seen;
    for (const auto &entry : std::filesystem::directory_iterator(CT_CORPUS)) {
        const std::string name = entry.path().filename();
        const std::string kind_name = name.substr(0, name.find('-'));
        if (entry.path().extension() != ".bin")
            continue;
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
                                           "bench", "job"}));
}

} // namespace ct::test

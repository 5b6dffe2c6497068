// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/release.h"
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
         {CRYPTORTURE_A_VERSION_MODULE, CRYPTORTURE_A_VERSION_KERNEL}},
        {"status",
         status_message(),
         decoder(decode_status),
         {CRYPTORTURE_A_STATUS_FAILURE, CRYPTORTURE_A_STATUS_DIGEST, CRYPTORTURE_A_STATUS_SWEEP,
          CRYPTORTURE_A_STATUS_DEFAULTS_CHANGED, CRYPTORTURE_A_STATUS_JOB},
         {CRYPTORTURE_A_STATUS_FAILURE, CRYPTORTURE_A_STATUS_CONFIG,
          CRYPTORTURE_A_STATUS_DISTURBERS}},
        {"driver",
         driver_message(),
         decoder(decode_driver),
         {CRYPTORTURE_A_DRIVER_MODULE, CRYPTORTURE_A_DRIVER_PRIORITY,
          CRYPTORTURE_A_DRIVER_ASYNC, CRYPTORTURE_A_DRIVER_SIMD, CRYPTORTURE_A_DRIVER_DEFAULT,
          CRYPTORTURE_A_DRIVER_PRESENT, CRYPTORTURE_A_DRIVER_ERRNO, CRYPTORTURE_A_DRIVER_REASON,
          CRYPTORTURE_A_DRIVER_EXPECTED, CRYPTORTURE_A_DRIVER_DEFERRED},
         {CRYPTORTURE_A_DRIVER_NAME, CRYPTORTURE_A_DRIVER_ALGORITHM,
          CRYPTORTURE_A_DRIVER_MODULE, CRYPTORTURE_A_DRIVER_REASON}},
        {"cell", cell_message(), decoder(decode_cell), {}, {}},
        {"mismatch",
         mismatch_message(),
         decoder(decode_mismatch),
         {CRYPTORTURE_A_MISMATCH_FIRST, CRYPTORTURE_A_MISMATCH_BLOCKS,
          CRYPTORTURE_A_MISMATCH_PERSISTS, CRYPTORTURE_A_MISMATCH_NESTED_FPU,
          CRYPTORTURE_A_MISMATCH_ASYNC, CRYPTORTURE_A_MISMATCH_INJECTED,
          CRYPTORTURE_A_MISMATCH_FOREIGN, CRYPTORTURE_A_MISMATCH_SIMD,
          CRYPTORTURE_A_MISMATCH_LIVE, CRYPTORTURE_A_MISMATCH_CONCURRENT},
         {CRYPTORTURE_A_MISMATCH_ALGORITHM, CRYPTORTURE_A_MISMATCH_DRIVER,
          CRYPTORTURE_A_MISMATCH_LAYOUT, CRYPTORTURE_A_MISMATCH_BLOCKS,
          CRYPTORTURE_A_MISMATCH_REPLAYS, CRYPTORTURE_A_MISMATCH_CONCURRENT}},
        {"register",
         register_message(),
         decoder(decode_mismatch),
         {CRYPTORTURE_A_MISMATCH_OWNER},
         {CRYPTORTURE_A_MISMATCH_REGISTER, CRYPTORTURE_A_MISMATCH_OWNER}},
        {"bench",
         bench_message(),
         decoder(decode_bench),
         {CRYPTORTURE_A_BENCH_GENERIC},
         {CRYPTORTURE_A_BENCH_GENERIC}},
        {"job",
         job_message(),
         decoder(decode_job),
         {CRYPTORTURE_A_JOB_WHAT, CRYPTORTURE_A_JOB_ERROR, CRYPTORTURE_A_JOB_WHY,
          CRYPTORTURE_A_JOB_WHERE},
         {CRYPTORTURE_A_JOB_WHAT, CRYPTORTURE_A_JOB_WHY}},
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
    const auto status =
        decode_status(status_message().without(CRYPTORTURE_A_STATUS_MISMATCHES).bytes());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::OtherVersion);
    EXPECT_EQ(with_release(status.error(), "0.0.9").sentence(),
              "cannot read the status: the module does not report "
              "CRYPTORTURE_A_STATUS_MISMATCHES: it is of release 0.0.9; install the module of "
              "this program's release, and load it with 'modprobe -r cryptorture && modprobe "
              "cryptorture'");
    EXPECT_EQ(with_release(status.error(), "").why,
              "the module does not report CRYPTORTURE_A_STATUS_MISMATCHES");
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

TEST(Decode, PassesUnknownAttributesOfEachMessageOver)
{
    for (const Kind &kind : kinds()) {
        auto message = kind.message;
        message.u64(9998, 7).text(9999, "of a later release").nest(10000, Attributes());
        EXPECT_EQ(kind.decode(message.bytes()), "") << kind.name;
    }
}

TEST(Decode, PassesUnknownAttributesAndPaddingOver)
{
    auto message = status_message();
    message.u32(9999, 1)
        .u32(9999, 2)
        .flag(CRYPTORTURE_A_STATUS_PAD)
        .flag(CRYPTORTURE_A_STATUS_PAD);
    EXPECT_TRUE(decode_status(message.bytes()));
}

TEST(Decode, RefusesAnAttributeThatComesTwice)
{
    auto message = status_message();
    message.u64(CRYPTORTURE_A_STATUS_MISMATCHES, 0);
    const auto status = decode_status(message.bytes());
    ASSERT_FALSE(status);
    EXPECT_NE(
        status.error().why.find("CRYPTORTURE_A_STATUS_MISMATCHES from the module comes twice"),
        std::string::npos);
}

TEST(Decode, SaysOfWhichReleaseAnUnknownWordIs)
{
    auto message = cell_message().without(CRYPTORTURE_A_CELL_GAP);
    message.u32(CRYPTORTURE_A_CELL_GAP, __CRYPTORTURE_GAP_MAX);
    const auto cell = decode_cell(message.bytes());
    ASSERT_FALSE(cell);
    EXPECT_EQ(with_release(cell.error(), "0.3.0").sentence(),
              "cannot read a cell of coverage: the module reports a value of "
              "CRYPTORTURE_A_CELL_GAP that this program does not know: it is of release 0.3.0; "
              "use the program of the module's release");
}

TEST(Decode, RefusesUnknownWords)
{
    const auto replaced = [](const Attributes &message, int type, std::uint32_t value) {
        auto result = message.without(type);
        result.u32(type, value);
        return result;
    };
    EXPECT_FALSE(
        decode_status(replaced(status_message(), CRYPTORTURE_A_STATUS_STATE, 4).bytes()));
    EXPECT_FALSE(
        decode_status(replaced(status_message(), CRYPTORTURE_A_STATUS_VERDICT, 4).bytes()));
    EXPECT_FALSE(decode_cell(
        replaced(cell_message(), CRYPTORTURE_A_CELL_GAP, CRYPTORTURE_GAP_NOT_APPLICABLE + 1)
            .bytes()));
    EXPECT_FALSE(decode_cell(
        replaced(cell_message(), CRYPTORTURE_A_CELL_EXEMPT, 1U << __CRYPTORTURE_EXEMPT_MAX)
            .bytes()));
    EXPECT_FALSE(decode_cell(
        replaced(cell_message(), CRYPTORTURE_A_CELL_CONTEXT, __CRYPTORTURE_CONTEXT_MAX)
            .bytes()));
    EXPECT_FALSE(
        decode_status(replaced(status_message(), CRYPTORTURE_A_STATUS_FPU_NESTS, 2).bytes()));
    EXPECT_FALSE(decode_mismatch(
        replaced(register_message(), CRYPTORTURE_A_MISMATCH_EVENT, __CRYPTORTURE_EVENT_MAX)
            .bytes()));
    auto disturbers = status_message().without(CRYPTORTURE_A_STATUS_DISTURBERS);
    disturbers.nest(CRYPTORTURE_A_STATUS_DISTURBERS,
                    Attributes().nest(CRYPTORTURE_A_LIST_DISTURBER,
                                      replaced(disturber_message(), CRYPTORTURE_A_DISTURBER_ID,
                                               __CRYPTORTURE_DISTURBER_MAX)));
    EXPECT_FALSE(decode_status(disturbers.bytes()));
    EXPECT_FALSE(decode_mismatch(
        replaced(mismatch_message(), CRYPTORTURE_A_MISMATCH_WHAT, 1U << __CRYPTORTURE_WHAT_MAX)
            .bytes()));
    EXPECT_TRUE(decode_mismatch(replaced(mismatch_message(), CRYPTORTURE_A_MISMATCH_WHAT,
                                         (1U << CRYPTORTURE_WHAT_REGISTER) - 1)
                                    .bytes()));
}

TEST(Decode, RefusesStringsThatDoNotEnd)
{
    const std::vector<std::vector<std::uint8_t>> wrong{
        {}, {'a', 'b'}, {'a', 0, 'b', 0}, {'a', 0, 0}};
    for (const auto &payload : wrong) {
        auto message = version_message().without(CRYPTORTURE_A_VERSION_KERNEL);
        message.raw(CRYPTORTURE_A_VERSION_KERNEL, payload);
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

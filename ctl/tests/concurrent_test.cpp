// SPDX-License-Identifier: GPL-2.0-or-later
// Operations that overlapped in time with that of a record: reported, shown, and weighed.
#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include <algorithm>
#include <string>

#include "damage/packet.h"
#include "diagnose/diagnose.h"
#include "faults.h"
#include "messages.h"
#include "outcome.h"
#include "render/diagnosis.h"
#include "samples.h"
#include "text/mismatch.h"
#include "wire/decode.h"
#include "json/entry.h"

namespace ct::test {

namespace {

constexpr const char *own = "other-driver";

Concurrent company(std::uint64_t index, bool nested = false)
{
    return {nested ? 1U : 0U,
            nested ? Context::Softirq : Context::Task,
            own,
            Direction::Encrypt,
            index,
            nested};
}

// Blocks of CBC that were chained to the IV of a packet far away, which no neighbour has.
Evidence far_ivs(Random &random, bool reported)
{
    Evidence evidence;
    for (unsigned count = 0; count < 6; ++count) {
        const Packet packet = some_packet("cbc(aes)", random, 10);
        const std::uint64_t index = packet.vector().index + 5000 * YT_SA_VECTORS;
        const Packet other = Packet::make(*packet.sa().alg, packet.sa().seed, index, 0);
        Mismatch record = record_of(
            packet, Direction::Encrypt,
            faulty(packet, Direction::Encrypt, {{0, 0, [&](const Block &state) {
                                                     return state ^ packet.iv() ^ other.iv();
                                                 }}}));
        record.number = count + 1;
        record.driver = own;
        record.cpu_before = record.cpu_after = 1;
        if (reported)
            record.concurrent = {company(index)};
        evidence.records.push_back(record);
    }
    return evidence;
}

// The share of all its operations that overlapped with another one of the driver.
void count_company(Evidence &evidence, std::uint64_t checked, std::uint64_t concurrent)
{
    CellTotal cell;
    cell.driver = own;
    cell.operations = 100000;
    cell.concurrent_checked = checked;
    cell.concurrent = concurrent;
    evidence.cells = {cell};
}

std::string sentence_with(const Diagnosis &diagnosis, BugClass bug_class, const char *part)
{
    for (const Suspicion &candidate : diagnosis.candidates)
        if (candidate.bug_class == bug_class)
            for (const Reason &reason : candidate.evidence)
                if (contains(reason.why, part))
                    return reason.why;
    return "";
}

} // namespace

TEST(Concurrent, IsDecoded)
{
    const auto record = decode_mismatch(mismatch_message().bytes());
    ASSERT_TRUE(record) << record.error().sentence();
    ASSERT_TRUE(record->concurrent);
    ASSERT_EQ(record->concurrent->size(), 2U);
    EXPECT_EQ(record->concurrent->front(),
              (Concurrent{7, Context::Caller, "rfc4106-gcm-aesni", Direction::Tampered,
                          0x123456789a, true}));
    EXPECT_FALSE(record->concurrent->back().nested);
    // A module that looked, and found none; and one that does not look.
    const auto with = [](const Attributes &list) {
        return decode_mismatch(mismatch_message()
                                   .without(CRYPTORTURE_A_MISMATCH_CONCURRENT)
                                   .nest(CRYPTORTURE_A_MISMATCH_CONCURRENT, list)
                                   .bytes());
    };
    EXPECT_TRUE(with(Attributes())->concurrent->empty());
    EXPECT_FALSE(
        decode_mismatch(mismatch_message().without(CRYPTORTURE_A_MISMATCH_CONCURRENT).bytes())
            ->concurrent);
    // Too many, and each with something missing or of another size.
    Attributes many;
    for (unsigned count = 0; count <= CRYPTORTURE_CONCURRENT_MAX; ++count)
        many.nest(CRYPTORTURE_A_LIST_CONCURRENT, concurrent_message());
    EXPECT_FALSE(with(many));
    for (const int type : concurrent_message().types()) {
        const auto one = [&](const Attributes &message) {
            return with(Attributes().nest(CRYPTORTURE_A_LIST_CONCURRENT, message));
        };
        EXPECT_FALSE(one(concurrent_message().without(type))) << type;
        if (type != CRYPTORTURE_A_CONCURRENT_DRIVER)
            EXPECT_FALSE(one(concurrent_message().resized(type, 3))) << type;
    }
}

TEST(Concurrent, IsShown)
{
    Mismatch record = sample_mismatch(1);
    EXPECT_FALSE(contains(mismatch_text(record, false), "at the same time"));
    EXPECT_TRUE(mismatch_object(record)["concurrent"].is_null());
    record.concurrent.emplace();
    EXPECT_FALSE(contains(mismatch_text(record, false), "at the same time"));
    EXPECT_TRUE(mismatch_object(record)["concurrent"].empty());
    record.concurrent = {{3, Context::Task, "of-another", Direction::Encrypt, 8, false}};
    EXPECT_TRUE(contains(mismatch_text(record, false),
                         "\n  at the same time 1 other operation, none of this driver\n"));
    record.concurrent->insert(
        record.concurrent->begin(),
        {{0, Context::Task, record.driver, Direction::Encrypt, 1042, false},
         {1, Context::Softirq, record.driver, Direction::Decrypt, 7, true}});
    record.context = Context::Task;
    EXPECT_TRUE(contains(mismatch_text(record, false),
                         "\n  at the same time by this driver: CPU 0 in task, encrypt packet "
                         "1,042; CPU 1 over it in softirq, decrypt packet 7\n"))
        << mismatch_text(record, false);
    EXPECT_EQ(mismatch_object(record)["concurrent"].size(), 3U);
    EXPECT_EQ(mismatch_object(record)["concurrent"][1]["nested"], true);
}

TEST(Concurrent, ItsDataIsFoundInWrongBlocks)
{
    Random random(91);
    const Diagnosis unknown = diagnose(far_ivs(random, false));
    EXPECT_FALSE(contains(diagnosis_text(unknown), "which the driver worked at"));
    EXPECT_FALSE(contains(diagnosis_text(unknown), "block 0 was chained to"));
    const Diagnosis known = diagnose(far_ivs(random, true));
    EXPECT_EQ(known.bug_class, BugClass::DriverRace);
    EXPECT_EQ(known.confidence, Confidence::High);
    EXPECT_TRUE(contains(diagnosis_text(known), "block 0 was chained to the IV of packet"))
        << diagnosis_text(known);
    EXPECT_TRUE(contains(diagnosis_text(known), "which the driver worked at at the same time"));
}

TEST(Concurrent, CountsAgainstWhatIsUsual)
{
    constexpr auto race = BugClass::DriverRace;
    constexpr const char *most = "most wrong operations overlapped";
    Random random(92);
    Evidence evidence = far_ivs(random, false);
    const auto all_have = [&](bool some) {
        for (Mismatch &record : evidence.records) {
            record.concurrent.emplace();
            if (some)
                record.concurrent->push_back(company(record.index));
        }
    };
    all_have(true);
    count_company(evidence, 1000, 50);
    EXPECT_TRUE(contains(sentence_with(diagnose(evidence), race, most), "5.0 % do"));
    count_company(evidence, 1000, 900); // nearly all do
    EXPECT_EQ(sentence_with(diagnose(evidence), race, most), "");
    count_company(evidence, 5, 0); // too few to say
    EXPECT_EQ(sentence_with(diagnose(evidence), race, most), "");
    // Another driver's operations are no company.
    count_company(evidence, 1000, 50);
    for (Mismatch &record : evidence.records)
        record.concurrent->front().driver = "of-another";
    EXPECT_EQ(sentence_with(diagnose(evidence), race, most), "");
    all_have(false);
    const Diagnosis alone = diagnose(evidence);
    EXPECT_EQ(sentence_with(alone, race, most), "");
    EXPECT_NE(sentence_with(alone, race, "no wrong operation overlapped"), "");
}

} // namespace ct::test

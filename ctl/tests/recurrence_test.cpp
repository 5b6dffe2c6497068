// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that were wrong again, and what may be concluded from it.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "damage/recurrence.h"
#include "diagnose/diagnose.h"
#include "faults.h"

namespace ct::test {

namespace {

const char *const with_hmac = "authenc(hmac(sha1),cbc(aes))";

std::vector<const Mismatch *> pointers(const std::vector<Mismatch> &records)
{
    std::vector<const Mismatch *> result;
    for (const Mismatch &record : records)
        result.push_back(&record);
    return result;
}

Mismatch on_cpu(Mismatch record, std::uint32_t cpu)
{
    record.cpu_before = cpu;
    record.cpu_after = cpu;
    return record;
}

// A softirq over an encryption: one block, and all that follow from it.
Mismatch hit(Random &random, std::uint32_t cpu)
{
    const Packet packet = some_packet(with_hmac, random, 20);
    const Block value = random_block(random);
    Mismatch record =
        record_of(packet, Direction::Encrypt,
                  faulty(packet, Direction::Encrypt, {{7, 4, [value](const Block &) {
                                                           return value;
                                                       }}}));
    record.nested = 1;
    over_fpu_section(record) = true;
    return on_cpu(std::move(record), cpu);
}

// A transform whose HMAC was keyed wrongly: the ICV of each of its packets, each time.
std::vector<Mismatch> wrongly_keyed(Random &random, std::size_t times)
{
    const Packet packet = some_packet(with_hmac, random, 20);
    const std::uint8_t mask = 0x5a;
    std::vector<Mismatch> records;
    for (std::uint64_t place = 0; place < YT_SA_VECTORS; ++place) {
        const Packet one = Packet::make(*packet.sa().alg, packet.sa().seed,
                                        packet.sa().number * YT_SA_VECTORS + place, 0);
        std::vector<std::uint8_t> output(one.sealed().begin(), one.sealed().end());
        for (std::size_t byte = output.size() - one.vector().icv_len; byte < output.size();
             ++byte)
            output[byte] ^= mask;
        for (std::size_t time = 0; time < times; ++time) {
            records.push_back(on_cpu(record_of(one, Direction::Encrypt, output),
                                     static_cast<std::uint32_t>(time % 2)));
            records.back().what = {What::Icv};
        }
    }
    return records;
}

Evidence evidence_with(std::vector<Mismatch> records)
{
    Evidence evidence;
    for (std::size_t place = 0; place < records.size(); ++place)
        records[place].number = place + 1;
    evidence.records = std::move(records);
    return evidence;
}

std::vector<Mismatch> many_hits(Random &random, std::size_t count)
{
    std::vector<Mismatch> records;
    for (std::size_t place = 0; place < count; ++place)
        records.push_back(hit(random, static_cast<std::uint32_t>(place % 2)));
    return records;
}

} // namespace

TEST(DiagnoseRecurrence, NothingComesAgainByItself)
{
    Random random(41);
    const auto records = many_hits(random, 20);
    const Recurrence recurrence = recurrence_of(pointers(records));
    EXPECT_FALSE(recurrence.same);
    EXPECT_FALSE(recurrence.elsewhere);
    EXPECT_EQ(recurrence.spoiled, 0U);
    EXPECT_DOUBLE_EQ(recurrence.sum(), 20);
}

TEST(DiagnoseRecurrence, ATransformThatWasKeyedWronglyIsOneEvent)
{
    Random random(42);
    auto records = many_hits(random, 20);
    const auto more = wrongly_keyed(random, 5);
    records.insert(records.end(), more.begin(), more.end());
    const Recurrence recurrence = recurrence_of(pointers(records));
    EXPECT_FALSE(recurrence.same) << "no data repeats but that of the spoiled transform";
    EXPECT_EQ(recurrence.spoiled, 1U);
    EXPECT_NEAR(recurrence.sum(), 21, 1e-9);
    EXPECT_NEAR(recurrence.weights.back() * static_cast<double>(more.size()), 1, 1e-9);
}

// All that there is: then it is the driver, the CPU or its key schedule.
TEST(DiagnoseRecurrence, TheSameAgainOnAnotherCpu)
{
    Random random(43);
    std::vector<Mismatch> records;
    for (int count = 0; count < 10; ++count) {
        records.push_back(hit(random, 0));
        records.push_back(on_cpu(records.back(), 0));
    }
    Recurrence recurrence = recurrence_of(pointers(records));
    EXPECT_TRUE(recurrence.same);
    EXPECT_FALSE(recurrence.elsewhere);
    EXPECT_EQ(recurrence.spoiled, 0U);
    records.push_back(on_cpu(records.back(), 1));
    recurrence = recurrence_of(pointers(records));
    EXPECT_TRUE(recurrence.elsewhere);
    // Wrong again, but mostly in another way: the data do not decide.
    for (int count = 0; count < 12; ++count) {
        records.push_back(records[0]);
        records.back().actual.back() ^= static_cast<std::uint8_t>(count + 1);
    }
    EXPECT_FALSE(recurrence_of(pointers(records)).same);
}

// The 2014 case with a softirq over a setkey as well: 5 spoiled records to one of the
// others do not turn it into a driver's fault.
TEST(DiagnoseRecurrence, ASoftirqOverASetkeyLeavesItFpuNested)
{
    Random random(44);
    for (unsigned count = 0; count < 5; ++count) {
        auto records = many_hits(random, 16);
        const auto more = wrongly_keyed(random, 10);
        records.insert(records.begin(), more.begin(), more.end());
        const Diagnosis diagnosis = diagnose(evidence_with(std::move(records)));
        EXPECT_EQ(diagnosis.bug_class, BugClass::FpuNested);
        EXPECT_EQ(diagnosis.confidence, Confidence::High);
        const auto &lines = diagnosis.candidates.front().evidence;
        EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const Reason &line) {
            return line.why.starts_with("1 transform has a wrong key schedule") &&
                   line.points > 0;
        }));
    }
}

} // namespace ct::test

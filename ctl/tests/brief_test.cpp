// SPDX-License-Identifier: GPL-2.0-or-later
#include "brief/brief.h"

#include <random>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "damage/packet.h"
#include "diagnose/advice.h"
#include "diagnose/diagnose.h"
#include "faults.h"
#include "outcome.h"
#include "samples.h"

namespace ct::test {

namespace {

constexpr std::size_t narrow = 80;

// Of a terminal, which folds what is longer than its rows.
std::size_t rows_of(const std::string &text, std::size_t columns)
{
    std::istringstream stream(text);
    std::string line;
    std::size_t rows = 0;
    while (std::getline(stream, line))
        rows += std::max<std::size_t>(1, (line.size() + columns - 1) / columns);
    return rows;
}

std::string brief(const Report &report, const Diagnosis *diagnosis = nullptr,
                  std::size_t columns = narrow)
{
    return brief_text(report, diagnosis, {false, columns, "'cryptorture status --full'"});
}

// As long as they come: names, numbers, lists.
Report lengthened(Report report)
{
    Status &status = report.status;
    status.operations = status.bytes = 123'456'789'012'345;
    status.config.cpus = "0-3,5,7,9,11,13-90,128-255";
    status.config.inject_every = 1000;
    status.injected = 1'234'567;
    status.injected_found = 1'234'000;
    status.failure = std::string(300, 'f');
    status.defaults_changed = 2;
    status.starved = 1000;
    report.program = "0.99.0-rc1";
    report.version.kernel = "6.12.57+deb13-rt-cloud-amd64-of-somebody";
    report.untested.offline = "64-127,256-511";
    report.lost = 12345;
    report.processors.clear();
    for (std::uint32_t cpu = 0; cpu < 256; ++cpu)
        report.processors.push_back(
            {cpu, cpu / 64, cpu % 64, "1,129", "0xd0003f5",
             "Intel(R) Xeon(R) Platinum 8592+ with a long name @ 1.90GHz"});
    for (Group &group : report.groups)
        group.driver = "authenc(hmac(sha512-generic),cts(cbc(aes-generic-of-a-vendor)))";
    for (int i = 0; i < 20 && !report.groups.empty(); ++i) {
        report.groups.push_back(report.groups.front());
        report.groups.back().driver += std::to_string(i);
        report.groups.back().cpu = static_cast<std::uint32_t>(2 * i);
    }
    for (Mismatch &record : report.records) {
        record.driver = "authenc(hmac(sha512-generic),cts(cbc(aes-generic-of-a-vendor)))";
        record.interruptions = 1234;
        record.preemptions = 1234;
        record.status = -74;
    }
    for (GapGroup &gap : report.gaps) {
        gap.driver = "authenc(hmac(sha512-generic),cts(cbc(aes-generic-of-a-vendor)))";
        gap.cpus = status.config.cpus.value_or("");
    }
    while (!report.gaps.empty() && report.gaps.size() < 20)
        report.gaps.push_back(report.gaps.front());
    return report;
}

} // namespace

TEST(Brief, SaysThatRecordsAreLost)
{
    Report report = corrupt_report();
    report.lost = 0;
    EXPECT_FALSE(contains(brief(report, nullptr), "lost"));
    report.lost = 1230;
    EXPECT_TRUE(contains(brief(report, nullptr), "1,230 records lost"));
}

TEST(Brief, HasVerdictClassPlaceBlockAndWhatToDo)
{
    Random random(1);
    Report report = corrupt_report();
    const Diagnosis diagnosis = diagnose(evidence_of(BugClass::FpuNested, random));
    ASSERT_EQ(diagnosis.bug_class, BugClass::FpuNested);
    const std::string text = brief(report, &diagnosis);
    EXPECT_TRUE(text.starts_with(
        "CORRUPT: 5 mismatches in 1,000,000 operations (700.0 MB of data)\n"
        "  class      fpu-nested (high confidence): a softirq or an interrupt used the\n"
        "             FPU over an operation that was using it\n"
        "  where      cbc-aes-aesni, task+softirq, CPU 0-1\n"
        "  such as    record 1: cbc-aes-aesni, encrypt, task, CPU 1: text wrong, 2 bytes\n"
        "             (3 bits) from offset 32, 1 block from block 1, 2 interruptions (1\n"
        "             in FPU sections)\n"
        "  block 1       32  expected  20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f\n"
        "                    actual    ff 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 00\n"
        "                              ^^                                           ^^\n"
        "  next       'cryptorture run "))
        << text;
    EXPECT_TRUE(contains(text, "\n  workaround keep the kernel from AES-NI:\n"
                               "             'echo \"install aesni_intel "))
        << text;
    EXPECT_TRUE(contains(text, "\n  host       Linux 6.1.0-56-amd64"));
    EXPECT_TRUE(contains(text, "seed 0x000000000000002a"));
    EXPECT_TRUE(
        contains(text, "\n  more       'cryptorture status --full'; no user data is in "))
        << text;
}

// What anybody may meet fits into a terminal of 24 rows.
TEST(Brief, FitsIntoATerminal)
{
    Random random(2);
    for (const Report &report : {clean_report(), corrupt_report(), inconclusive_report(),
                                 unreachable_report(), register_report()}) {
        EXPECT_LE(rows_of(brief(report), narrow), 24U) << brief(report);
        const std::string text = brief(lengthened(report));
        EXPECT_LE(rows_of(text, narrow), 24U) << text;
    }
    const Report report = corrupt_report();
    const Report longer = lengthened(report);
    for (std::size_t place = 0; place < count_of<BugClass>; ++place) {
        const Diagnosis diagnosis = diagnose(evidence_of(static_cast<BugClass>(place), random));
        for (const Report *const shown : {&report, &longer}) {
            const std::string text = brief(*shown, &diagnosis);
            EXPECT_LE(rows_of(text, narrow), 24U) << text;
        }
    }
}

// One that was cut would do something else when it is pasted.
TEST(Brief, CutsNoCommand)
{
    Random random(3);
    const Report report = corrupt_report();
    for (std::size_t place = 0; place < count_of<BugClass>; ++place) {
        const Diagnosis diagnosis = diagnose(evidence_of(static_cast<BugClass>(place), random));
        const std::string all = brief(report, &diagnosis, 0);
        std::istringstream stream(brief(report, &diagnosis));
        std::string line;
        while (std::getline(stream, line)) {
            const std::size_t begin = line.find(" 'cryptorture ");
            if (begin == std::string::npos)
                continue;
            const std::size_t end = line.find('\'', begin + 2);
            ASSERT_NE(end, std::string::npos) << line;
            EXPECT_TRUE(contains(all, line.substr(begin + 1, end - begin))) << line;
        }
    }
}

TEST(Brief, SaysFirstHowLongARunHasToBe)
{
    const std::string text = brief(inconclusive_report());
    EXPECT_TRUE(text.starts_with(
        "INCONCLUSIVE: no mismatch in 1,000,000 operations (700.0 MB of data), but only 5\n"
        "  of 8 cells of coverage were reached\n"
        "  how long   about 70 s would be long enough:\n"
        "             'cryptorture run --for 2m --load 1% --contexts task,softirq --disturb "
        "timer,preempt'\n"
        "  missing    cbc(aes-generic), softirq, CPU 0: too few operations;\n"
        "             cbc-aes-aesni, task, CPU 0-1: never interrupted inside an FPU\n"
        "             section\n"
        "  to do      run longer (--for), or with more load (--load); run longer (--for),\n"
        "             or interrupt more often (--timer-hz)\n"))
        << text;
    EXPECT_TRUE(contains(brief(unreachable_report(), nullptr, 0),
                         "  how long   cannot be estimated: no operation at all in caller "
                         "context on CPU 1\n"));
}

TEST(Brief, SaysWhatACleanRunWentThrough)
{
    const std::string text = brief(clean_report(), nullptr, 0);
    EXPECT_TRUE(contains(text,
                         "per 16-byte block\n  coverage   8 of 8 cells (driver x direction "
                         "x context x CPU)\n"
                         "  disturbed  5,000 interruptions, 1,200 in FPU sections; 4,000 "
                         "operations nested, 80 over FPU sections\n"))
        << text;
    EXPECT_FALSE(contains(text, "not applicable"));
    EXPECT_FALSE(contains(text, "  class"));
}

// A log has no columns: each item is one line, whole, for grep.
TEST(Brief, FoldsNothingWithoutATerminal)
{
    const std::string text = brief(lengthened(corrupt_report()), nullptr, 0);
    EXPECT_FALSE(contains(text, " ...\n"));
    EXPECT_TRUE(contains(text, std::string(300, 'f')));
}

TEST(Brief, TellsInjectedFromReal)
{
    Report report = corrupt_report();
    report.status.injected = report.status.injected_found = report.status.mismatches;
    Diagnosis diagnosis;
    diagnosis.injected = 5;
    EXPECT_TRUE(contains(brief(report, &diagnosis, 0),
                         "  class      none: all of it was injected on request\n"));
    // The example is one that was not.
    report.records.front().injected = true;
    ASSERT_GT(report.records.size(), 1U);
    EXPECT_TRUE(contains(brief(report),
                         fmt::format("such as    record {}:", report.records[1].number)));
}

TEST(Brief, ColoursTheVerdictOnly)
{
    const std::string text = brief_text(clean_report(), nullptr, {true, narrow, ""});
    EXPECT_TRUE(text.starts_with("\033[1;32mCLEAN\033[0m: no mismatch")) << text;
    EXPECT_EQ(text.find('\033', 20), std::string::npos);
}

TEST(Brief, GivesTerminalsNothingToObey)
{
    Report report = corrupt_report();
    report.status.failure = "bad\033]0;title\a";
    report.version.kernel = "6.1\033[2J";
    for (Mismatch &record : report.records)
        record.driver = "evil\033[2J";
    for (Group &group : report.groups)
        group.driver = "evil\033[2J";
    EXPECT_FALSE(contains(brief(report), "\033"));
}

} // namespace ct::test

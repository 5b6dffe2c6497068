// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/text.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "render/console.h"
#include "render/hexdump.h"
#include "render/line.h"
#include "samples.h"

namespace ct::test {

namespace {

std::string verdict_of(const Report &report, bool colour = false)
{
    StringOutput output;
    Text(output, colour).verdict(report);
    return output.text();
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(Text, TellsACleanRun)
{
    EXPECT_EQ(
        verdict_of(clean_report()),
        "CLEAN: no mismatch in 1,000,000 operations (700.0 MB of text); with 95 % confidence "
        "the "
        "rate is under 3.0e-06 per packet and 6.8e-08 per 16-byte block\n"
        "  run            3 of 2023-11-14 22:13:20 UTC, 0:30\n"
        "  parameters     2 drivers, in task+softirq, disturbed by timer+preempt, on CPUs 0-1, "
        "load 100%, for 30s\n"
        "  seed           0x000000000000002a\n"
        "  digest         d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1\n"
        "  kernel         Linux 6.1.0-56-amd64, cryptorture 0.1.0\n"
        "  coverage       8 of 8 cells (driver x direction x context x CPU)\n"
        "  interruptions  5,000, of these 1,200 inside FPU sections\n"
        "  preemptions    300\n"
        "  nested         4,000 softirq operations over one of a task, of these 80 over its "
        "FPU "
        "section\n"
        "  memory         2.0 MiB\n"
        "\n"
        "  driver            operations      text  interruptions  in FPU  nested  cells  "
        "mismatches\n"
        "  cbc-aes-aesni        500,000  350.0 MB          2,500   1,200       0    4/4        "
        "   "
        "0\n"
        "  cbc(aes-generic)     500,000  350.0 MB          2,500       0       0    4/4        "
        "   "
        "0\n");
}

TEST(Text, TellsACorruptRun)
{
    const std::string text = verdict_of(corrupt_report());
    EXPECT_TRUE(
        text.starts_with("CORRUPT: 5 mismatches in 1,000,000 operations (700.0 MB of text)\n"))
        << text;
    EXPECT_TRUE(contains(
        text,
        "\nmismatches by driver, CPU and context:\n"
        "  mismatches  of operations  driver         CPU  context  direction  wrong  "
        "records  injected\n"
        "           4        125,000  cbc-aes-aesni    1  task     encrypt    text         "
        "3         0\n"
        "           1        125,000  cbc-aes-aesni    0  softirq  encrypt                 "
        "0         0\n"))
        << text;
    EXPECT_TRUE(contains(
        text,
        "\nrecord 1: cbc-aes-aesni, encrypt, task, CPU 1: text wrong, 2 bytes (3 bits) from "
        "offset 32, 1 block from block 1, 2 interruptions (1 in FPU sections)\n"
        "  cbc(aes), 128-bit key, payload 60 bytes, text 64 bytes at offset 16, 0-byte "
        "ICV, layout in-place+3\n"
        "  packet 77 of seed 0x000000000000002a, 2023-11-14 22:13:21 UTC, took 12 us; "
        "memory still holds it\n"
        "  block 0       16  as is     10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f\n"
        "  block 1       32  expected  20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f\n"
        "                    actual    ff 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 00\n"
        "                              ^^                                           ^^\n"
        "  block 2       48  as is     30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f\n"))
        << text;
    EXPECT_TRUE(contains(text, "  lost           2 records that could not be had in full"))
        << text;
}

TEST(Text, TellsWhatWasNotCovered)
{
    const std::string text = verdict_of(inconclusive_report());
    EXPECT_TRUE(
        text.starts_with("INCONCLUSIVE: no mismatch in 1,000,000 operations (700.0 MB of "
                         "text), but only 5 of 8 cells of coverage were reached\n"))
        << text;
    EXPECT_TRUE(contains(
        text,
        "\nnot covered:\n"
        "  cells  driver            context  direction  CPUs             at most  why\n"
        "      1  cbc(aes-generic)  softirq  encrypt    0           3 operations  too few "
        "operations\n"
        "      2  cbc-aes-aesni     task     encrypt    0-1   125,000 operations  never "
        "interrupted inside an FPU section\n"
        "what to do:\n"
        "  run longer (--for), or with fewer drivers (--drivers)\n"
        "  run longer (--for), or interrupt more often (--timer-hz)\n"))
        << text;
}

TEST(Text, TellsInjectedFromReal)
{
    Report report = corrupt_report();
    report.status.injected = 5;
    report.status.injected_found = 5;
    EXPECT_TRUE(contains(verdict_of(report), "all of them injected on request (--inject-every) "
                                             "and every injected one found\n"));
    report.status.injected = 6;
    EXPECT_TRUE(contains(verdict_of(report), ", of 6 injected on request 5 were found\n"));
    report.status.injected_found = 1;
    EXPECT_TRUE(contains(verdict_of(report), ", of 6 injected on request 1 was found, 4 "
                                             "mismatches were not injected\n"));
}

TEST(Text, ColoursOnlyWhenTold)
{
    EXPECT_FALSE(contains(verdict_of(corrupt_report()), "\033"));
    const std::string text = verdict_of(corrupt_report(), true);
    EXPECT_TRUE(text.starts_with("\033[1;31mCORRUPT\033[0m: "));
    EXPECT_TRUE(contains(text, "\033[7mff\033[0m 21"));
}

TEST(Text, GivesTerminalsNothingToObey)
{
    Report report = corrupt_report();
    report.status.failure = "bad\033]0;title\a";
    report.records[0].driver = "evil\033[2J";
    report.groups[0].driver = "evil\033[2J";
    EXPECT_FALSE(contains(verdict_of(report), "\033"));
}

TEST(Text, ShowsVersions)
{
    StringOutput output;
    VersionReport report{"0.1.0", sample_version(), std::nullopt, true};
    Text(output, false).version(report);
    EXPECT_EQ(output.text(), "cryptorture 0.1.0\nmodule 0.1.0 on Linux 6.1.0-56-amd64\n");
}

TEST(Hexdump, KeepsHeaderTextAndIcvApart)
{
    Mismatch record = sample_mismatch(1);
    record.text_len = 50; // the ICV begins in the middle of a row
    record.output_len = 80;
    record.actual = record.expected;
    record.actual[3] = 0xff;
    record.actual[70] = 0xff;
    HexdumpOptions options;
    options.around = 0;
    EXPECT_EQ(hexdump(record, options, ""),
              "header         0  expected  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n"
              "                  actual    00 01 02 ff 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n"
              "                                     ^^\n"
              "...\n"
              "ICV           66  expected  42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f\n"
              "                  actual    42 43 44 45 ff 47 48 49 4a 4b 4c 4d 4e 4f\n"
              "                                        ^^\n");
}

TEST(Hexdump, StopsAfterSomeRows)
{
    Mismatch record = sample_mismatch(1);
    record.actual.assign(record.expected.size(), 0xee);
    HexdumpOptions options;
    options.rows_max = 2;
    const std::string text = hexdump(record, options, "");
    EXPECT_TRUE(contains(text, "header         0"));
    EXPECT_TRUE(contains(text, "block 0       16"));
    EXPECT_FALSE(contains(text, "block 1"));
    EXPECT_TRUE(text.ends_with("... and 3 more wrong rows\n")) << text;
}

TEST(Hexdump, SurvivesOffsetsThatAreFarOff)
{
    Mismatch record = sample_mismatch(1);
    for (const std::uint32_t window : {0U, 7U, 0xfffffff0U})
        for (const std::uint32_t offset : {0U, 16U, 0xffffffffU})
            for (const std::uint32_t length : {0U, 1U, 0xffffffffU}) {
                record.window = window;
                record.text_offset = offset;
                record.text_len = length;
                EXPECT_FALSE(hexdump(record, HexdumpOptions(), "").empty());
            }
    record.actual.pop_back();
    EXPECT_EQ(hexdump(record, HexdumpOptions(), ""), "");
    record.expected.clear();
    record.actual.clear();
    EXPECT_EQ(hexdump(record, HexdumpOptions(), ""), "");
}

TEST(Line, SaysWhatADriverReturned)
{
    Mismatch record = sample_mismatch(9);
    record.first.reset();
    record.what = {What::Accepted, What::Status};
    record.status = 0;
    record.status_expected = -74;
    record.cpu_after = 0;
    record.interruptions = 0;
    record.preemptions = 1;
    record.injected = true;
    EXPECT_EQ(mismatch_line(record),
              "record 9: cbc-aes-aesni, encrypt, task, CPU 1 to 0: accepted, status wrong, "
              "returned success and not \"Bad message\" (-74), 1 preemption, injected");
}

TEST(Line, SumsParametersUp)
{
    Config config;
    EXPECT_EQ(config_line(config), "every driver, until stopped");
    config.drivers = {"a"};
    config.cpus = "3";
    config.disturbers.emplace();
    config.load = 1;
    config.until_mismatch = true;
    config.inject_every = 50000;
    EXPECT_EQ(config_line(config),
              "1 driver, undisturbed, on CPU 3, load 0.1%, until stopped or a mismatch, "
              "injecting an error every 50,000 operations");
}

TEST(Console, DrawsOneLineOverAndOver)
{
    StringOutput output(80);
    ConsoleOptions options;
    options.redraw = true;
    Console console(output, options);
    Progress progress;
    progress.status = sample_status();
    console.progress(progress);
    const std::string drawn =
        "\r0:30 of 0:30: 1,000,000 operations, 0/s, 0 mismatches, 1,200 FPU hits\033[K";
    EXPECT_EQ(output.text(), drawn);
    console.message("hello");
    EXPECT_EQ(output.text(), drawn + "\r\033[Kcryptorture: hello\n");
}

TEST(Console, CutsALineThatWouldWrap)
{
    StringOutput output(40);
    ConsoleOptions options;
    options.redraw = true;
    Console console(output, options);
    Progress progress;
    progress.status = sample_status();
    console.progress(progress);
    EXPECT_EQ(output.text(), "\r0:30 of 0:30: 1,000,000 operations, 0/s\033[K"); // 39 columns
}

TEST(Console, WritesMilestonesElsewhere)
{
    StringOutput output;
    Console console(output, ConsoleOptions());
    Progress progress;
    progress.status = sample_status();
    console.progress(progress);
    EXPECT_EQ(output.text(), "");
    progress.milestone = true;
    progress.lost = 1;
    console.progress(progress);
    EXPECT_EQ(output.text(),
              "cryptorture: 0:30 of 0:30: 1,000,000 operations, 0/s, 0 mismatches, 5,000 "
              "interruptions (1,200 in FPU sections), 1 record lost\n");
}

TEST(Console, DoesNotDrownAPersonInMismatches)
{
    StringOutput output;
    Console console(output, ConsoleOptions());
    for (std::uint64_t number = 1; number <= 50; ++number)
        console.mismatch(sample_mismatch(number));
    const std::string &text = output.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
    EXPECT_TRUE(contains(text, "further mismatches are counted"));
}

} // namespace ct::test

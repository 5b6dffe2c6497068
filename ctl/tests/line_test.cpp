// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of the terminal and dumps of bytes.
#include <algorithm>

#include <gtest/gtest.h>

#include "outcome.h"
#include "render/console.h"
#include "samples.h"
#include "text/hexdump.h"
#include "text/line.h"

namespace ct::test {

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

TEST(Hexdump, ShowsARegisterByItsName)
{
    EXPECT_EQ(hexdump(sample_register(1), HexdumpOptions(), "  "),
              "  ymm3           0  unchanged 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c\n"
              "  ymm3          16  expected  5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c\n"
              "                    actual    5d 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c 5c\n"
              "                              ^^\n");
    Mismatch evil = sample_register(1);
    evil.changed->name = "x\033[2J";
    EXPECT_FALSE(contains(hexdump(evil, HexdumpOptions(), ""), "\033"));
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

TEST(Line, NamesARegisterAndItsThread)
{
    EXPECT_EQ(mismatch_line(sample_register(9)),
              "record 9: register ymm3 of exerciser 5, CPU 1: 1 byte (1 bit) wrong over a "
              "migration");
    Mismatch reference = sample_mismatch(1);
    reference.driver.clear();
    reference.what = {What::Reference};
    EXPECT_TRUE(mismatch_line(reference).starts_with(
        "record 1: cbc(aes), encrypt, task, CPU 1: reference wrong"));
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
    Config other;
    other.sizes = "64,1300-1500";
    other.exercisers = 2;
    EXPECT_EQ(config_line(other),
              "every driver, sizes 64,1300-1500, 2 exercisers a CPU, until stopped");
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

TEST(Console, KeepsItsLineNarrowWhateverIsCounted)
{
    StringOutput output(200);
    ConsoleOptions options;
    options.redraw = true;
    Console console(output, options);
    Progress progress;
    progress.status = register_report().status;
    progress.status.async = progress.status.fallbacks = progress.status.nested_user = 1000000;
    console.progress(progress);
    EXPECT_LE(output.text().size(), 80U + 4) << output.text(); // and what clears the line
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

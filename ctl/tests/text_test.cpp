// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/text.h"

#include <gtest/gtest.h>

#include "outcome.h"
#include "report/change.h"
#include "samples.h"

namespace ct::test {

namespace {

std::string text_of_verdict(const Report &report, bool colour = false)
{
    StringOutput output;
    Text(output, {.colour = colour}).verdict(report);
    return output.text();
}

} // namespace

TEST(Text, TellsACleanRun)
{
    EXPECT_EQ(
        text_of_verdict(clean_report()),
        "CLEAN: no mismatch in 1,000,000 operations (700.0 MB of data); with 95 % confidence "
        "the "
        "rate is under 3.0e-06 per packet and 6.8e-08 per 16-byte block\n"
        "  run            3 of 2023-11-14 22:13:20 UTC, 0:30\n"
        "  parameters     2 drivers, in task+softirq, disturbed by timer+preempt, on CPUs 0-1, "
        "load 100%, for 30s\n"
        "  seed           0x000000000000002a\n"
        "  digest         d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1\n"
        "  kernel         Linux 6.1.0-56-amd64, cryptorture 0.1.0\n"
        "  coverage       8 of 8 cells (driver x direction x context x CPU)\n"
        "  speed          33,333 operations/s; finds one wrong in 1,000,000 in about 90 s, one "
        "wrong in 1,000,000,000 in about 25 hours (95 % confidence)\n"
        "  interruptions  5,000, of these 1,200 inside FPU sections\n"
        "  preemptions    300\n"
        "  nested         4,000 softirq operations over one of a task, of these 80 over its "
        "FPU "
        "section\n"
        "  disturbances   timer 240,000, preempt 600\n"
        "  memory         2.0 MiB\n"
        "\n"
        "not applicable here:\n"
        "  rfc4106-gcm-vaes-avx512: this CPU has no vpclmulqdq\n"
        "  caller context: there were no exercisers: 'cryptorture run' starts some\n"
        "\n"
        "  driver            operations      data  interruptions  in FPU  nested  task  "
        "softirq "
        " mismatches\n"
        "  cbc-aes-aesni        500,000  350.0 MB          2,500   1,200       0   2/2      "
        "2/2 "
        "          0\n"
        "  cbc(aes-generic)     500,000  350.0 MB          2,500       0       0   2/2      "
        "2/2 "
        "          0\n"
        "\n"
        "  CPU  operations  in FPU/s  nested/s  migrations  cells  mismatches\n"
        "    0     500,000      20.0         0           0    4/4           0\n"
        "    1     500,000      20.0         0           0    4/4           0\n");
}

TEST(Text, TellsACorruptRun)
{
    const std::string text = text_of_verdict(corrupt_report());
    EXPECT_TRUE(
        text.starts_with("CORRUPT: 5 mismatches in 1,000,000 operations (700.0 MB of data)\n"))
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
        "  cbc(aes), 128-bit key, payload 60 bytes, data 64 bytes at offset 16, 0-byte "
        "ICV, layout in-place+3\n"
        "  packet 77 of seed 0x000000000000002a, 2023-11-14 22:13:21 UTC, took 12 us; "
        "a second read gave the same wrong bytes\n"
        "  the FPU was busy at submission\n"
        "  block 0       16  unchanged 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f\n"
        "  block 1       32  expected  20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f\n"
        "                    actual    ff 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 00\n"
        "                              ^^                                           ^^\n"
        "  block 2       48  unchanged 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f\n"))
        << text;
    EXPECT_TRUE(contains(text, "  lost           2 records that could not be read in full"))
        << text;
}

TEST(Text, TellsOfTheFpuOnlyWhereItMatters)
{
    Report report = corrupt_report();
    report.records.resize(1);
    Mismatch &record = report.records.front();
    record.driver = "cbc(aes-generic)";
    const std::string text = text_of_verdict(report);
    EXPECT_FALSE(contains(text, "the FPU was busy")) << text;
    EXPECT_TRUE(contains(text, "\n  a driver that uses no SIMD\n")) << text;
    record.driver = "cbc-aes-aesni";
    record.simd = true;
    EXPECT_TRUE(contains(text_of_verdict(report), "\n  the FPU was free at submission\n"));
}

TEST(Text, SaysWhyAWholeRunIsNotEnough)
{
    Report report = inconclusive_report();
    report.status.cells_reached = report.status.cells_planned;
    report.status.failure = "CLEAN for 24 drivers, AES-NI not tested: none of them uses it";
    const std::string text = text_of_verdict(report);
    EXPECT_TRUE(text.starts_with("INCONCLUSIVE: no mismatch in 1,000,000 operations (700.0 MB "
                                 "of data); CLEAN for 24 drivers, AES-NI not tested: none of "
                                 "them uses it\n"))
        << text;
}

TEST(Text, TellsWhatWasNotCovered)
{
    const std::string text = text_of_verdict(inconclusive_report());
    EXPECT_TRUE(text.starts_with("INCONCLUSIVE: no mismatch in 1,000,000 operations (700.0 MB "
                                 "of data), but only 5 of 8 cells of coverage were reached\n"))
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
        "  run longer (--for), or with more load (--load)\n"
        "  run longer (--for), or interrupt more often (--timer-hz)\n"
        "how long it would take:\n"
        "  about 70 s at this load: cryptorture run --for 2m --load 1% --contexts "
        "task,softirq --disturb timer,preempt\n"))
        << text;
}

TEST(Text, SaysWhyItCannotTellHowLong)
{
    const std::string text = text_of_verdict(unreachable_report());
    EXPECT_TRUE(contains(text, "  coverage       8 of 9 cells (driver x direction x context x "
                               "CPU), 1 more not applicable\n"))
        << text;
    EXPECT_TRUE(contains(text, "how long it would take:\n  cannot be estimated: no operation "
                               "at all in caller context on CPU 1\n"))
        << text;
    EXPECT_TRUE(contains(
        text, "\nnot applicable here:\n"
              "  FPU hits of cbc(aes-generic): the work is done in another thread (1 cell)\n"))
        << text;
    EXPECT_TRUE(contains(
        text, "  tampered packets of cbc-aes-aesni: there is no ICV to tamper with (1 cell)\n"
              "  rfc4106-gcm-vaes-avx512: this CPU has no vpclmulqdq\n"
              "  disturber memory: no reclaim here\n"
              "  softirq operations over an FPU section of a task: this kernel keeps softirqs "
              "out of them\n"))
        << text;
    EXPECT_TRUE(contains(text, "  disturbances   timer 240,000, preempt 600\n")) << text;
    EXPECT_TRUE(contains(text, "task  softirq  caller  mismatches\n")) << text;
    EXPECT_TRUE(contains(text, "2/2      2/2     0/1           0\n")) << text;
}

// What goes with a CPU may be in its memory; registers are not.
TEST(Text, SpeaksOfMemoryWhereItNamesACpu)
{
    Report report = register_report();
    ASSERT_TRUE(report.suspect);
    EXPECT_FALSE(contains(text_of_verdict(report), "test the memory, too"));
    report.groups.front().driver = "cbc-aes-aesni";
    EXPECT_TRUE(contains(text_of_verdict(report), "test the memory, too"));
}

TEST(Text, TellsOfRegisters)
{
    const std::string text = text_of_verdict(register_report());
    EXPECT_TRUE(
        contains(text, "  registers      900,000 checks by exercisers, 12 mismatches\n"))
        << text;
    EXPECT_TRUE(
        contains(text, "\nall 12 mismatches were on CPU 1; the other CPU had none in 500,000 "
                       "operations\n"
                       "  CPU 1: package 0, core 1, SMT siblings 1,3, microcode 0x2b, A CPU\n"))
        << text;
    EXPECT_TRUE(contains(
        text, "\nrecord 1: register ymm3 of exerciser 5, CPU 1: 1 byte (1 bit) wrong over a "
              "migration\n"
              "  epoch 1,234,567 of its pattern, 2023-11-14 22:13:21 UTC\n"
              "  the value found is that of ymm3 of exerciser 4 on CPU 0\n"
              "  ymm3           0  unchanged "))
        << text;
    EXPECT_TRUE(contains(text, "  -         1  caller   encrypt    register")) << text;
}

TEST(Text, TellsWhoseResultItWas)
{
    Report report = corrupt_report();
    Mismatch &record = report.records[0];
    record.foreign = 78;
    record.in_flight = 3;
    record.simd = record.live = true;
    record.cpu_reference = 0;
    const std::string text = text_of_verdict(report);
    EXPECT_TRUE(contains(
        text,
        "  the FPU was free at submission, live user registers below, 3 other requests in "
        "flight; CPU 0 computed the expected result\n"
        "  this is the right result of packet 78 of the same SA: right data in the wrong "
        "request\n"))
        << text;
}

TEST(Text, TellsWhatChangedOutsideOfTheOutput)
{
    Report report = corrupt_report();
    report.records[0].outside =
        Change{Outside::DestinationBehind, 96, {0xdb, 0xdb, 0xdb, 0xdb}, {0xdb, 0, 0xdb, 1}};
    const std::string text = text_of_verdict(report);
    EXPECT_TRUE(contains(text,
                         "  2 bytes behind a piece of the destination that ends at offset "
                         "96 were changed: dbdbdb is 00db01 now\n"))
        << text;
    EXPECT_EQ(change_text({Outside::Source, 64, {1, 2, 3}, {1, 7, 3}}),
              "1 byte of the source at offset 65 was changed: 02 is 07 now");
    EXPECT_EQ(change_text({Outside::IvFront, 0, std::vector<std::uint8_t>(64, 0),
                           std::vector<std::uint8_t>(64, 1)}),
              "64 bytes in front of the request's IV were changed: "
              "00000000000000000000000000000000... is 01010101010101010101010101010101... now");
    EXPECT_EQ(change_text({Outside::Destination, 80, {1, 2}, {1, 2}}),
              "a byte that is no output was changed, and is right again");
}

TEST(Text, TellsHowOperationsWent)
{
    Report report = clean_report();
    Status &status = report.status;
    status.nested_user = 70;
    status.migrations = 5;
    status.fallbacks = 6;
    status.async = 1000;
    status.reordered = 30;
    status.backlogged = 12;
    status.reference_checks = 500;
    status.mismatches_void = 7;
    const std::string text = text_of_verdict(report);
    EXPECT_TRUE(contains(
        text, "of these 80 over its FPU section; 70 over live user registers\n"
              "  migrations     5 operations from one CPU to another\n"
              "  fallbacks      6 operations that found the FPU busy\n"
              "  async          1,000 operations completed later, of these 30 "
              "out of order and 12 through a backlog\n"
              "  disturbances   timer 240,000, preempt 600\n"
              "  void           7 mismatches of an expected result that was "
              "damaged in memory after it was computed: not counted against any driver\n"
              "  reference      500 vectors computed on two CPUs and "
              "compared\n"))
        << text;
}

TEST(Text, TellsInjectedFromReal)
{
    Report report = corrupt_report();
    report.status.injected = 5;
    report.status.injected_found = 5;
    EXPECT_TRUE(contains(text_of_verdict(report),
                         "all of them injected on request (--inject-every) "
                         "and every injected one found\n"));
    report.status.injected = 6;
    EXPECT_TRUE(contains(text_of_verdict(report), ", of 6 injected on request 5 were found\n"));
    report.status.injected_found = 1;
    EXPECT_TRUE(contains(text_of_verdict(report), ", of 6 injected on request 1 was found, 4 "
                                                  "mismatches were not injected\n"));
}

TEST(Text, ColoursOnlyWhenTold)
{
    EXPECT_FALSE(contains(text_of_verdict(corrupt_report()), "\033"));
    const std::string text = text_of_verdict(corrupt_report(), true);
    EXPECT_TRUE(text.starts_with("\033[1;31mCORRUPT\033[0m: "));
    EXPECT_TRUE(contains(text, "\033[7mff\033[0m 21"));
}

TEST(Text, GivesTerminalsNothingToObey)
{
    Report report = corrupt_report();
    report.status.failure = "bad\033]0;title\a";
    report.records[0].driver = "evil\033[2J";
    report.groups[0].driver = "evil\033[2J";
    EXPECT_FALSE(contains(text_of_verdict(report), "\033"));
}

TEST(Text, ShowsVersions)
{
    StringOutput output;
    VersionReport report{"0.1.0", sample_version(), std::nullopt, true};
    Text(output).version(report);
    EXPECT_EQ(output.text(), "cryptorture 0.1.0\nmodule 0.1.0 on Linux 6.1.0-56-amd64\n");
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
// The commands but 'run', on a machine without a kernel.
#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "outcome.h"

namespace ct::test {

TEST(Start, ReturnsAtOnce)
{
    Machine machine;
    const auto outcome = execute(machine, {"start", "--for", "1d", "--json"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(machine.status.active());
    EXPECT_EQ(lines(outcome.out).back()["type"], "start");
    EXPECT_EQ(machine.looks, 0U);
}

TEST(Stop, GivesTheVerdict)
{
    for (const bool slow : {false, true}) {
        Machine machine;
        (void)execute(machine, {"start"});
        machine.slow_stop = slow;
        machine.fail(70);
        const auto outcome = execute(machine, {"stop", "--json"});
        EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
        const json verdict = last_of(lines(outcome.out), "verdict");
        EXPECT_EQ(verdict["verdict"], "CORRUPT");
        EXPECT_EQ(verdict["lost"], 6);
        EXPECT_EQ(lines(outcome.out).back()["type"], "diagnosis");
        EXPECT_EQ(lines(outcome.out).back()["records"].size(), 64U);
    }
}

TEST(Stop, SaysWhenThereIsNothingToStop)
{
    Machine machine;
    const auto outcome = execute(machine, {"stop"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_EQ(outcome.err, "cryptorture: cannot stop the run: no run is active\n");
}

TEST(Stop, DoesNotWaitForEver)
{
    Machine machine;
    (void)execute(machine, {"start", "--for", "forever"});
    machine.stuck = true;
    const auto outcome = execute(machine, {"stop"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "it is still stopping after a minute")) << outcome.err;
}

TEST(Status, ShowsEveryState)
{
    Machine machine;
    auto outcome = execute(machine, {"status"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_EQ(outcome.out, "idle: no run since the module was loaded\n");

    (void)execute(machine, {"start", "--for", "30s"});
    outcome = execute(machine, {"status"});
    EXPECT_TRUE(outcome.out.starts_with("running: run 1, 0:00 of 0:30, 0 operations"))
        << outcome.out;

    machine.fail();
    machine.end(End::Duration);
    outcome = execute(machine, {"status", "--cells"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean); // it could be shown
    EXPECT_TRUE(outcome.out.starts_with("CORRUPT: 1 mismatch in")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "migrations"));

    // Of a run that has ended, what 'cryptorture run' shows: in brief, and all of it.
    outcome = execute(machine, {"status"});
    EXPECT_TRUE(outcome.out.starts_with("CORRUPT: 1 mismatch in")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "\n  such as    record 1:")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "'cryptorture status --full'")) << outcome.out;
    outcome = execute(machine, {"status", "--full"});
    EXPECT_TRUE(contains(outcome.out, "\nmismatches by driver, CPU and context:\n"));
    EXPECT_TRUE(contains(outcome.out, "\ndiagnosis:\n"));

    const auto object = lines(execute(machine, {"status", "--json"}).out).back();
    EXPECT_EQ(object["type"], "status");
    EXPECT_EQ(object["verdict"], "CORRUPT");
    EXPECT_FALSE(object["coverage"].contains("cells"));
    EXPECT_EQ(lines(execute(machine, {"status", "--json", "--cells"}).out)
                  .back()["coverage"]["cells"]
                  .size(),
              8U);
}

TEST(Mismatches, ListsAndShows)
{
    Machine machine;
    auto outcome = execute(machine, {"mismatches"});
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(contains(outcome.err, "there has been no run"));

    (void)execute(machine, {"start"});
    machine.fail(70);
    outcome = execute(machine, {"mismatches"});
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 64);
    EXPECT_TRUE(outcome.out.starts_with("record 7: cbc-aes-aesni, encrypt, task, CPU 1"));
    EXPECT_TRUE(contains(outcome.err, "6 older records were overwritten"));

    outcome = execute(machine, {"mismatches", "70", "8"});
    EXPECT_TRUE(outcome.out.starts_with("record 70:"));
    EXPECT_TRUE(contains(outcome.out, "\nrecord 8:"));
    EXPECT_TRUE(contains(outcome.out, "^^"));

    outcome = execute(machine, {"mismatches", "1"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "overwritten by later ones; 'cryptorture mismatches' "
                                      "lists those that are kept"));
    for (const char *number : {"0", "x", "-1"})
        EXPECT_EQ(execute(machine, {"mismatches", number}).status, ExitStatus::CouldNotRun);
}

TEST(Bench, TellsHowOftenOperationsAreDisturbed)
{
    Machine machine;
    auto outcome = execute(machine, {"bench", "--for", "1ms"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "a run of 5s follows, to measure how often operations "
                                      "are disturbed; --no-rates leaves it out"))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.out,
                         "\nin a run of 0:05 with every driver and the default "
                         "disturbers, each second:\n"
                         "  CPU  in FPU sections  nested operations  caller "
                         "operations\n"
                         "    0            120.0                0.0                  -\n"))
        << outcome.out;
    EXPECT_EQ(machine.config.duration_ms, 5000U);
    EXPECT_FALSE(machine.config.disturbers);
    EXPECT_FALSE(machine.status.active());

    Machine json_machine;
    outcome = execute(json_machine, {"bench", "--for", "1ms", "--json"});
    EXPECT_EQ(count_type(lines(outcome.out), "bench-rates"), 1U);
    Machine without;
    outcome = execute(without, {"bench", "--for", "1ms", "--no-rates"});
    EXPECT_EQ(times(without.log, "start"), 0U);
    EXPECT_FALSE(contains(outcome.out, "each second"));
    // An end that is asked for ends the run, not only the program.
    Machine stopped;
    stopped.at[3] = [&] {
        stopped.wake.interrupted = true;
    };
    outcome = execute(stopped, {"bench", "--for", "1ms"});
    EXPECT_EQ(times(stopped.log, "stop"), 1U);
    EXPECT_FALSE(stopped.status.active());
    EXPECT_TRUE(contains(outcome.out, "each second"));
}

TEST(Bench, TellsWhichRateOfTheTimerHitsMost)
{
    Machine machine;
    auto outcome = execute(machine, {"bench", "--timer-rates"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_EQ(times(machine.log, "start"), 10U);
    EXPECT_EQ(times(machine.log, "bench raw"), 0U);
    EXPECT_EQ(machine.config.timer_hz, 128000U);
    EXPECT_TRUE(contains(outcome.out, "most is hit with --timer-hz ")) << outcome.out;

    Machine json_machine;
    outcome = execute(json_machine, {"bench", "--timer-rates", "--json", "--drivers", "cbc*"});
    EXPECT_EQ(count_type(lines(outcome.out), "bench-timer"), 1U);
    // One driver in all of them, and no more runs after an end that is asked for.
    Machine stopped;
    stopped.at[3] = [&] {
        stopped.wake.interrupted = true;
    };
    outcome = execute(stopped, {"bench", "--timer-rates"});
    EXPECT_EQ(times(stopped.log, "start"), 1U);
    EXPECT_FALSE(contains(outcome.out, "most is hit"));
}

TEST(Bench, TimerRatesRefuseWhatTheyWouldNotHeed)
{
    for (const char *other : {"--size=64", "--direction=decrypt", "--for=10ms",
                              "--repetitions=9", "--cpu=0", "--no-rates"}) {
        Machine machine;
        const auto outcome = execute(machine, {"bench", "--timer-rates", other});
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun) << other;
        const std::string text{other};
        EXPECT_TRUE(contains(outcome.err, "cannot use " + text.substr(0, text.find('=')) +
                                              " with --timer-rates"))
            << outcome.err;
        EXPECT_EQ(times(machine.log, "start"), 0U);
    }
}

TEST(Bench, TheTimerRateWithTheMostHitsIsTheBest)
{
    Status status;
    status.elapsed_ns = 2000000000;
    status.config.timer_hz = 500;
    Cell one;
    one.operations = 1000;
    one.interruptions = 80;
    one.fpu_hits = 40;
    Cell other = one;
    other.cpu = 1;
    const TimerRate rate = make_timer_rate(status, {one, other});
    EXPECT_EQ(rate.timer_hz, 500U);
    EXPECT_DOUBLE_EQ(rate.operations, 1000);
    EXPECT_DOUBLE_EQ(rate.interruptions, 40);
    EXPECT_DOUBLE_EQ(rate.fpu_hits, 20);
    EXPECT_DOUBLE_EQ(rate.hit_share, 0.04);
    EXPECT_EQ((TimerRates{{{250, 9, 9, 9, 0}, rate, {1000, 9, 9, 19, 0}}, 0}.best_hz()), 500U);
    EXPECT_EQ(TimerRates().best_hz(), 0U);
}

TEST(Bench, TakesMediansInTurn)
{
    Machine machine;
    const auto outcome = execute(machine, {"bench", "--json", "--for", "1ms", "--no-rates"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    const auto all = lines(outcome.out);
    ASSERT_EQ(count_type(all, "bench"), 2U);
    EXPECT_EQ(all[0]["driver"], "cbc-aes-aesni");
    EXPECT_DOUBLE_EQ(all[0]["verified_ratio"].get<double>(), 0.8);
    EXPECT_DOUBLE_EQ(all[0]["single_ratio"].get<double>(), 0.5);
    EXPECT_DOUBLE_EQ(all[0]["naive_ratio"].get<double>(), 0.2);
    EXPECT_EQ(all[0]["naive_driver"], "cbc(aes-generic)");
    // The generic driver has nothing to be compared with, and that is no failure.
    EXPECT_TRUE(all.back()["naive_mb_s"].is_null());
    std::vector<std::string> order;
    std::copy_if(machine.log.begin(), machine.log.end(), std::back_inserter(order),
                 [](const std::string &request) { return request.starts_with("bench"); });
    ASSERT_GE(order.size(), 6U);
    EXPECT_EQ(order[0], "bench raw");
    EXPECT_EQ(order[1], "bench verified");
    EXPECT_EQ(order[2], "bench naive");
    EXPECT_EQ(order[3], "bench single");
    EXPECT_EQ(order[4], "bench raw");
    EXPECT_EQ(times(machine.log, "bench raw"), 10U);
}

TEST(Bench, DoesNotDisturbARun)
{
    Machine machine;
    (void)execute(machine, {"start", "--for", "forever"});
    const auto outcome = execute(machine, {"bench"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(contains(outcome.err, "cannot measure: run 1 is active since 2023-11-14 "
                                      "22:13:20 UTC (seed 0x000000000000002a, 0:00 so far, and "
                                      "without an end); end it with"))
        << outcome.err;
}

TEST(Bench, RefusesNonsense)
{
    Machine machine;
    for (const std::vector<std::string> &words :
         std::vector<std::vector<std::string>>{{"--size", "0"},
                                               {"--size", "9001"},
                                               {"--direction", "tampered"},
                                               {"--for", "11s"},
                                               {"--for", "forever"},
                                               {"--repetitions", "4"},
                                               {"--cpu", "1023"},
                                               {"--cpu", "x"},
                                               {"--drivers", "nonsense"},
                                               {"--drivers", "rfc4106-gcm-vaes-avx512"}}) {
        std::vector<std::string> line{"bench"};
        line.insert(line.end(), words.begin(), words.end());
        const auto outcome = execute(machine, line);
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun) << words[0] << " " << words[1];
        EXPECT_EQ(times(machine.log, "bench raw"), 0U);
        EXPECT_TRUE(outcome.err.starts_with("cryptorture: cannot")) << outcome.err;
    }
}

TEST(Drivers, SaysWhyOneIsAbsent)
{
    Machine machine;
    const auto outcome = execute(machine, {"drivers"});
    EXPECT_EQ(
        outcome.out,
        "driver                   algorithm          priority  module       kind          "
        "        state\n"
        "cbc-aes-aesni            cbc(aes)                400  aesni_intel  async, SIMD, "
        "default  present\n"
        "cbc(aes-generic)         cbc(aes)                100  kernel       sync          "
        "        present\n"
        "rfc4106-gcm-vaes-avx512  rfc4106(gcm(aes))         -  -            -             "
        "        this CPU has no vpclmulqdq\n");
    EXPECT_EQ(lines(execute(machine, {"drivers", "--json"}).out).size(), 3U);
}

TEST(Commands, CountLostOutputAsAnError)
{
    const std::vector<std::vector<std::string>> all{{"start", "--json"},
                                                    {"status"},
                                                    {"status", "--json"},
                                                    {"drivers"},
                                                    {"drivers", "--json"},
                                                    {"mismatches"},
                                                    {"mismatches", "--json"},
                                                    {"mismatches", "1"},
                                                    {"bench", "--for", "1ms"},
                                                    {"bench", "--json"},
                                                    {"bench", "--timer-rates"},
                                                    {"doctor"},
                                                    {"version"},
                                                    {"stop"},
                                                    {"run", "--for", "1s"},
                                                    {"run", "--for", "1s", "--json"},
                                                    {"bisect", "--for", "1s"}};
    for (const std::vector<std::string> &words : all) {
        Machine machine;
        if (words[0] == "mismatches" || words[0] == "stop") {
            (void)execute(machine, {"start"});
            machine.fail();
        }
        if (words[0] == "stop")
            machine.final_verdict = Verdict::Clean;
        machine.unwritable = ENOSPC;
        const auto outcome = execute(machine, words);
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun) << words[0];
        EXPECT_TRUE(
            outcome.err.ends_with("cryptorture: cannot write all results to "
                                  "standard output: No space left on device; make room\n"))
            << words[0] << ": " << outcome.err;
    }
}

TEST(Commands, DoNotHideAVerdictBehindLostOutput)
{
    const auto status_of = [](Verdict verdict) {
        Machine machine;
        machine.final_verdict = verdict;
        if (verdict == Verdict::Corrupt)
            machine.at[1] = [&] {
                machine.fail();
            };
        // From the middle on.
        machine.at[2] = [&] {
            machine.unwritable = EFBIG;
        };
        const auto outcome = execute(machine, {"run", "--for", "2s", "--json"});
        EXPECT_TRUE(contains(outcome.err, fmt::format("cryptorture: the verdict is {}: "
                                                      "'cryptorture status' shows it\n",
                                                      name(verdict))))
            << outcome.err;
        EXPECT_TRUE(outcome.err.ends_with("File too large; raise the limit of a file's size "
                                          "('ulimit -f')\n"))
            << outcome.err;
        return outcome.status;
    };
    EXPECT_EQ(status_of(Verdict::Clean), ExitStatus::CouldNotRun);
    EXPECT_EQ(status_of(Verdict::Inconclusive), ExitStatus::CouldNotRun);
    EXPECT_EQ(status_of(Verdict::Corrupt), ExitStatus::Corrupt);
    EXPECT_EQ(after_loss(ExitStatus::Interrupted), ExitStatus::Interrupted);
}

TEST(Commands, SayWhatKeepsThemFromTheModule)
{
    const Error error{ErrorKind::NoModule,
                      "cannot talk to the kernel",
                      "the module cryptorture is not loaded",
                      "load it with 'modprobe cryptorture'",
                      {}};
    for (const char *command :
         {"run", "start", "stop", "status", "drivers", "mismatches", "bench"}) {
        const auto outcome = execute_without_module(error, {command});
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun) << command;
        EXPECT_TRUE(contains(outcome.err, "the module cryptorture is not loaded; load it with "
                                          "'modprobe cryptorture'"))
            << outcome.err;
        EXPECT_EQ(outcome.out, "");
    }
    const auto outcome = execute_without_module(error, {"version"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(contains(outcome.out, "cryptorture 0.1.0\nmodule: "));
}

} // namespace ct::test

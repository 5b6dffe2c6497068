// SPDX-License-Identifier: GPL-2.0-or-later
// The commands on a machine without a kernel.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fake_kernel.h"

namespace ct::test {

namespace {

using nlohmann::json;

std::vector<json> lines(const std::string &text)
{
    std::vector<json> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        result.push_back(json::parse(line));
    return result;
}

std::size_t count_type(const std::vector<json> &all, const std::string &type)
{
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const json &line) { return line["type"] == type; }));
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

std::size_t times(const std::vector<std::string> &log, const std::string &request)
{
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), request));
}

} // namespace

TEST(Run, EndsWithItsVerdict)
{
    Machine machine;
    const auto outcome = execute(machine, {"run", "--for", "30s"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(outcome.out.starts_with(
        "CLEAN: no mismatch in 3,000,000 operations (700.0 MB of text); with 95 % confidence "
        "the rate is under 1.0e-06 per packet"))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.err, "cryptorture: run 1 on Linux 6.1.0-56-amd64: 2 drivers, "
                                      "in task+softirq, disturbed by timer+preempt, on CPUs "
                                      "0-1, load 100%, for 30s\n"))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "2.0 MiB of memory held"));
    EXPECT_TRUE(contains(outcome.err, "0:05 of 0:30: 500,000 operations, 100,000/s, "
                                      "0 mismatches"))
        << outcome.err;
}

TEST(Run, ListensBeforeItStarts)
{
    Machine machine;
    (void)execute(machine, {"run", "--for", "1s"});
    const auto place = [&](const char *request) {
        return std::find(machine.log.begin(), machine.log.end(), request) - machine.log.begin();
    };
    EXPECT_LT(place("subscribe"), place("start"));
}

TEST(Run, PassesItsParametersOn)
{
    Machine machine;
    (void)execute(machine,
                  {"run",  "--for",           "2s",   "--drivers", "a(b,c),d", "--contexts",
                   "task", "--disturb",       "none", "--cpus",    "1,0",      "--load",
                   "5%",   "--timer-hz",      "100",  "--seed",    "0xff",     "--inject-every",
                   "7",    "--until-mismatch"});
    EXPECT_EQ(machine.config.duration_ms, 2000U);
    EXPECT_EQ(machine.config.drivers, (std::vector<std::string>{"a(b,c)", "d"}));
    EXPECT_EQ(machine.config.contexts, (std::vector<Context>{Context::Task}));
    ASSERT_TRUE(machine.config.disturbers);
    EXPECT_TRUE(machine.config.disturbers->empty());
    EXPECT_EQ(machine.config.cpus, "0-1");
    EXPECT_EQ(machine.config.load, 50U);
    EXPECT_EQ(machine.config.timer_hz, 100U);
    EXPECT_EQ(machine.config.seed, 255U);
    EXPECT_EQ(machine.config.inject_every, 7U);
    EXPECT_TRUE(machine.config.until_mismatch);
}

TEST(Run, LastsFiveMinutesUnlessTold)
{
    Machine machine;
    (void)execute(machine, {"run"});
    EXPECT_EQ(machine.config.duration_ms, 300000U);
    EXPECT_FALSE(machine.config.seed);
    Machine other;
    other.at[4] = [&] {
        other.wake.interrupted = true;
    };
    (void)execute(other, {"run", "--for", "forever"});
    EXPECT_FALSE(other.config.duration_ms);
}

TEST(Run, FetchesEveryRecord)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail();
    };
    machine.at[5] = [&] {
        machine.fail(3);
    };
    const auto outcome = execute(machine, {"run", "--for", "10s", "--json"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    const auto all = lines(outcome.out);
    EXPECT_EQ(count_type(all, "mismatch"), 4U);
    const json &verdict = all.back();
    EXPECT_EQ(verdict["type"], "verdict");
    EXPECT_EQ(verdict["verdict"], "CORRUPT");
    EXPECT_EQ(verdict["mismatches"], 4);
    EXPECT_EQ(verdict["records"], 4);
    EXPECT_EQ(verdict["lost"], 0);
    EXPECT_TRUE(verdict["bound"].is_null());
}

TEST(Run, NeedsNoEventsToFindRecords)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(2, false);
        machine.overrun = true;
    };
    machine.at[3] = [&] {
        machine.events_error = Error{ErrorKind::System, "cannot read events", "broken", "", {}};
        machine.fail(1, false);
    };
    const auto outcome = execute(machine, {"run", "--for", "10s", "--json"});
    const auto all = lines(outcome.out);
    EXPECT_EQ(count_type(all, "mismatch"), 3U);
    EXPECT_EQ(all.back()["lost"], 0);
    EXPECT_EQ(count_type(all, "message"), 1U); // told once, not at every look
}

TEST(Run, CountsRecordsThatWereOverwritten)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(100);
    };
    machine.at[3] = [&] {
        machine.status.unrecorded = 5;
    };
    const auto outcome = execute(machine, {"run", "--for", "5s", "--json"});
    const auto all = lines(outcome.out);
    EXPECT_EQ(count_type(all, "mismatch"), 64U);
    EXPECT_EQ(all.back()["records"], 64);
    EXPECT_EQ(all.back()["lost"], 36 + 5);
}

TEST(Run, FetchesRecordsOfItsLastMoment)
{
    Machine machine;
    machine.at[9] = [&] {
        machine.fail(2);
        machine.end(End::Duration);
    };
    const auto outcome = execute(machine, {"run", "--for", "1h", "--json"});
    EXPECT_EQ(count_type(lines(outcome.out), "mismatch"), 2U);
}

TEST(Run, ReportsAfterAnInterrupt)
{
    for (const bool slow : {false, true}) {
        Machine machine;
        machine.slow_stop = slow;
        machine.at[4] = [&] {
            machine.wake.interrupted = true;
        };
        const auto outcome = execute(machine, {"run", "--for", "1h"});
        EXPECT_EQ(outcome.status, ExitStatus::Clean);
        EXPECT_EQ(times(machine.log, "stop"), 1U);
        EXPECT_TRUE(contains(outcome.out, "stopped early")) << outcome.out;
    }
}

TEST(Run, GivesTheVerdictOfAnInterruptedRun)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail();
    };
    machine.at[4] = [&] {
        machine.wake.interrupted = true;
    };
    EXPECT_EQ(execute(machine, {"run"}).status, ExitStatus::Corrupt);
    Machine other;
    other.final_verdict = Verdict::Inconclusive;
    other.at[4] = [&] {
        other.wake.interrupted = true;
    };
    EXPECT_EQ(execute(other, {"run"}).status, ExitStatus::Inconclusive);
}

TEST(Run, IsNotStartedAfterAnInterrupt)
{
    Machine machine;
    machine.wake.interrupted = true;
    EXPECT_EQ(execute(machine, {"run"}).status, ExitStatus::Interrupted);
    EXPECT_EQ(times(machine.log, "start"), 0U);
}

TEST(Run, StopsEvenIfItEndedJustNow)
{
    Machine machine;
    machine.at[4] = [&] {
        machine.wake.interrupted = true;
        machine.end(End::Duration);
    };
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(outcome.out.starts_with("CLEAN"));
}

TEST(Run, GoesOnWithoutItsTerminal)
{
    Machine machine;
    machine.at[4] = [&] {
        machine.wake.hangup = true;
    };
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::Interrupted);
    EXPECT_EQ(times(machine.log, "stop"), 0U);
    EXPECT_TRUE(machine.status.active());
    EXPECT_EQ(outcome.out, "");
}

TEST(Run, SaysWhenTheModuleVanishes)
{
    Machine machine;
    machine.at[4] = [&] {
        machine.gone = true;
    };
    const auto outcome = execute(machine, {"run", "--json"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "cryptorture: cannot follow the run any further: the "
                                      "module cryptorture went away; load it with"))
        << outcome.err;
    EXPECT_EQ(lines(outcome.out).back()["type"], "error");

    Machine other;
    other.at[4] = [&] {
        other.gone = true;
        other.wake.interrupted = true;
    };
    EXPECT_EQ(execute(other, {"run"}).status, ExitStatus::Interrupted);
}

TEST(Run, TakesTheLastWordOfAModuleThatVanishes)
{
    Machine machine;
    machine.at[2] = [&] {
        machine.fail();
    };
    machine.at[4] = [&] {
        machine.end(End::Unload);
        machine.gone = true;
    };
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(contains(outcome.out, "ended by the unloading of the module")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "record 1:")) << outcome.out;
}

TEST(Run, SurvivesPassingTrouble)
{
    Machine machine;
    machine.at[4] = [&] {
        machine.status_error = Error{ErrorKind::Again, "cannot", "interrupted", "", {}};
    };
    machine.at[10] = [&] {
        machine.status_error.reset();
    };
    EXPECT_EQ(execute(machine, {"run", "--for", "20s"}).status, ExitStatus::Clean);

    Machine other;
    other.at[4] = machine.at[4] = [&] {
        other.status_error = Error{ErrorKind::Again, "cannot", "interrupted", "", {}};
    };
    EXPECT_EQ(execute(other, {"run", "--for", "forever"}).status, ExitStatus::CouldNotRun);
}

TEST(Run, NoticesAnotherRun)
{
    Machine machine;
    machine.at[4] = [&] {
        ++machine.status.run;
    };
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "another run was started"));
}

TEST(Run, GivesTheVerdictWithoutItsLists)
{
    Machine machine;
    machine.cells_error =
        Error{ErrorKind::System, "cannot read the coverage", "broken", "", {}};
    const auto outcome = execute(machine, {"run", "--for", "1s"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(contains(outcome.err, "cannot read the coverage: broken"));
}

TEST(Run, SaysWhoIsRunning)
{
    Machine machine;
    machine.status = sample_status();
    machine.status.state = State::Running;
    machine.start_error =
        Error{ErrorKind::Busy, "cannot start a run", "a run is on already", "stop it", {}};
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_EQ(
        outcome.err,
        "cryptorture: cannot start a run: run 3 is active since 2023-11-14 22:13:20 UTC "
        "(seed 0x000000000000002a, 0:30 of 0:30); end it with 'cryptorture stop', or look "
        "at it with 'cryptorture status'\n");
}

TEST(Run, SaysWhichDriverWasMeant)
{
    const auto refused = [](const std::string &driver, const std::string &why) {
        Machine machine;
        machine.start_error =
            Error{ErrorKind::NotFound, "cannot start a run", "driver \"" + driver + "\" " + why,
                  "", Culprit{"driver", driver}};
        return execute(machine, {"run", "--drivers", driver}).err;
    };
    EXPECT_EQ(refused("cbc-aes-aesnj", "is unknown"),
              "cryptorture: cannot start a run: driver \"cbc-aes-aesnj\" is unknown; did you "
              "mean \"cbc-aes-aesni\"? See 'cryptorture drivers'\n");
    EXPECT_EQ(refused("rfc4106-gcm-vaes-avx512", "is not on this machine"),
              "cryptorture: cannot start a run: driver \"rfc4106-gcm-vaes-avx512\" is not on "
              "this machine (this CPU has no vpclmulqdq); see 'cryptorture drivers'\n");
    EXPECT_EQ(refused("xyzzy", "is unknown"),
              "cryptorture: cannot start a run: driver \"xyzzy\" is unknown; see 'cryptorture "
              "drivers'\n");
}

TEST(Run, RefusesAModuleOfAnotherVersion)
{
    for (const char *command :
         {"run", "start", "stop", "status", "drivers", "mismatches", "bench"}) {
        Machine machine;
        machine.version.module = "0.2.0";
        const auto outcome = execute(machine, {command});
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun) << command;
        EXPECT_TRUE(contains(outcome.err,
                             "the module is version 0.2.0 and this program version 0.1.0; load "
                             "the module of this version with 'modprobe -r cryptorture && "
                             "modprobe cryptorture'"))
            << outcome.err;
    }
    Machine machine;
    machine.version.module = "0.2.0";
    const auto outcome = execute(machine, {"version"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(contains(outcome.out, "of different versions"));
}

TEST(Run, WritesAReport)
{
    const auto folder = std::filesystem::path(testing::TempDir()) / "ct-report" / "deep";
    std::filesystem::remove_all(folder);
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(2);
    };
    (void)execute(machine, {"run", "--for", "6s", "--out", folder.string()});
    const auto read = [&](const char *name) {
        std::ifstream file(folder / name);
        return std::string(std::istreambuf_iterator<char>(file),
                           std::istreambuf_iterator<char>());
    };
    EXPECT_TRUE(read("report.txt").starts_with("CORRUPT: 2 mismatches"));
    const auto all = lines(read("report.jsonl"));
    EXPECT_EQ(all.front()["type"], "start");
    EXPECT_EQ(count_type(all, "mismatch"), 2U);
    EXPECT_EQ(all.back()["type"], "verdict");
    std::filesystem::remove_all(folder.parent_path());
}

TEST(Run, DoesNotStartWithoutAPlaceForItsReport)
{
    Machine machine;
    const auto outcome = execute(machine, {"run", "--out", "/dev/null/x"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_FALSE(machine.started_by_us);
    EXPECT_TRUE(contains(outcome.err, "cannot make the folder /dev/null/x: Not a directory"))
        << outcome.err;
}

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
        EXPECT_EQ(lines(outcome.out).back()["verdict"], "CORRUPT");
        EXPECT_EQ(lines(outcome.out).back()["lost"], 6);
    }
}

TEST(Stop, SaysWhenThereIsNothingToStop)
{
    Machine machine;
    const auto outcome = execute(machine, {"stop"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_EQ(outcome.err, "cryptorture: cannot stop the run: no run is on\n");
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

TEST(Bench, TakesMediansInTurn)
{
    Machine machine;
    const auto outcome = execute(machine, {"bench", "--json", "--for", "1ms"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    const auto all = lines(outcome.out);
    ASSERT_EQ(count_type(all, "bench"), 2U);
    EXPECT_EQ(all[0]["driver"], "cbc-aes-aesni");
    EXPECT_DOUBLE_EQ(all[0]["verified_ratio"].get<double>(), 0.8);
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
    EXPECT_EQ(order[3], "bench raw");
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

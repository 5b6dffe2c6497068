// SPDX-License-Identifier: GPL-2.0-or-later
// 'run' on a machine without a kernel.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "machines.h"
#include "outcome.h"

namespace ct::test {

TEST(Run, EndsWithItsVerdict)
{
    Machine machine;
    const auto outcome = execute(machine, {"run", "--for", "30s"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(outcome.out.starts_with(
        "CLEAN: no mismatch in 3,000,000 operations (700.0 MB of data); with 95 % confidence "
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
    const json verdict = last_of(all, "verdict");
    EXPECT_EQ(verdict["verdict"], "CORRUPT");
    EXPECT_EQ(verdict["mismatches"], 4);
    EXPECT_EQ(verdict["records"], 4);
    EXPECT_EQ(verdict["lost"], 0);
    EXPECT_TRUE(verdict["bound"].is_null());
}

// Reading records takes time on the CPUs of the run.
TEST(Run, RestsInAFlood)
{
    const auto looks = [](std::uint64_t each) {
        Machine machine;
        machine.dump_takes = std::chrono::milliseconds(100);
        for (unsigned look = 1; look < 100; look++)
            machine.at[look] = [&machine, each] {
                machine.fail(each);
            };
        const auto outcome = execute(machine, {"run", "--for", "20s", "--json"});
        EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
        const json verdict = last_of(lines(outcome.out), "verdict");
        EXPECT_EQ(verdict["records"].get<std::uint64_t>() +
                      verdict["lost"].get<std::uint64_t>(),
                  verdict["mismatches"].get<std::uint64_t>());
        return machine.looks;
    };
    EXPECT_EQ(looks(1), 40U);
    EXPECT_LT(looks(40), 15U); // 100 ms, and then a rest of 1.9 s
}

TEST(Run, TellsOfPrioritiesThatSomebodyChanged)
{
    Tree tree;
    tree.crypto({"cbc-aes-aesni", "rfc4106-gcm-aesni"});
    Machine machine;
    machine.root = tree.root();
    EXPECT_EQ(
        count_type(lines(execute(machine, {"run", "--for", "5s", "--json"}).out), "message"),
        0U);
    machine.at[machine.looks + 2] = [&tree] {
        std::string text = tree.source().text("/proc/crypto");
        text.replace(text.find(": 400"), 5, ": 999");
        tree.file("/proc/crypto", text + "name : x\ndriver : new\npriority : 1\n");
    };
    const auto all = lines(execute(machine, {"run", "--for", "5s", "--json"}).out);
    ASSERT_EQ(count_type(all, "message"), 1U);
    EXPECT_TRUE(contains(last_of(all, "message")["text"],
                         "during the run: cbc-aes-aesni from 400 to 999; the host may"));
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
    EXPECT_EQ(last_of(all, "verdict")["lost"], 0);
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
    EXPECT_EQ(last_of(all, "verdict")["records"], 64);
    EXPECT_EQ(last_of(all, "verdict")["lost"], 36 + 5);
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

TEST(Run, FetchesRecordsOfARunThatIsOverAtOnce)
{
    Machine machine;
    machine.begun = [&] {
        machine.fail(2);
        machine.end(End::Mismatch);
    };
    const auto outcome = execute(machine, {"run", "--until-mismatch", "--json"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    const auto all = lines(outcome.out);
    EXPECT_EQ(count_type(all, "mismatch"), 2U);
    EXPECT_EQ(last_of(all, "verdict")["records"], 2);
    EXPECT_EQ(last_of(all, "verdict")["lost"], 0);
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
        Error{ErrorKind::Busy, "cannot start a run", "a run is active already", "stop it", {}};
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_EQ(outcome.err,
              "cryptorture: cannot start a run: run 3 is active since 2023-11-14 22:13:20 UTC "
              "(seed 0x000000000000002a, 0:30 of 0:30); end it with 'cryptorture stop', or see "
              "'cryptorture status'\n");
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

TEST(Run, WorksWithAModuleOfAnotherRelease)
{
    for (const char *command : {"run", "start", "stop", "status", "drivers", "mismatches"}) {
        Machine same;
        Machine machine;
        machine.version.module = "0.2.0";
        const auto outcome = execute(machine, {command});
        EXPECT_EQ(outcome.status, execute(same, {command}).status) << command;
        EXPECT_TRUE(contains(
            outcome.err, "the module is of release 0.2.0 and this program of release 0.1.0: "
                         "they do what both know; 'modprobe -r cryptorture && modprobe "
                         "cryptorture' loads the module of the program's release"))
            << outcome.err;
        EXPECT_FALSE(contains(execute(same, {command}).err, "of release"));
    }
    // To load again what is installed would not help.
    Tree tree;
    make_intel(tree);
    tree.module_file("6.12.57+deb12-amd64", "", "0.2.0");
    Machine machine;
    machine.version.module = "0.2.0";
    machine.root = tree.root();
    const auto run = execute(machine, {"run"});
    EXPECT_TRUE(contains(run.err, "release 0.2.0 is installed: install the module of release "
                                  "0.1.0, then 'modprobe -r cryptorture && modprobe "
                                  "cryptorture'"));
    EXPECT_TRUE(contains(run.out, "cryptorture 0.2.0 (program 0.1.0)"));
    const auto outcome = execute(machine, {"version"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(contains(outcome.out, "of different releases"));
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
    const auto records = lines(read("mismatches.jsonl"));
    EXPECT_EQ(records.size(), 2U);
    EXPECT_EQ(count_type(records, "mismatch"), 2U);
    const json run = json::parse(read("run.json"));
    EXPECT_EQ(run["type"], "run");
    EXPECT_EQ(run["start"]["type"], "start");
    EXPECT_EQ(run["verdict"]["verdict"], "CORRUPT");
    EXPECT_EQ(run["written"], 2);
    EXPECT_FALSE(std::filesystem::exists(folder / "run.json.new"));
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

TEST(Run, ReadsTheCpusOfItsOwnRoot)
{
    Tree tree;
    tree.file("/sys/devices/system/cpu/online", "70-71\n");
    Machine machine;
    machine.root = tree.root();
    machine.start_error = Error{ErrorKind::Refused, "cannot start a run", "CPU 9 is offline",
                                "", Culprit{"CPUs", "9"}};
    const auto outcome = execute(machine, {"run"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "the CPUs that are online are 70-71")) << outcome.err;
}

} // namespace ct::test

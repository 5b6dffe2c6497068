// SPDX-License-Identifier: GPL-2.0-or-later
// 'bisect' on a machine without a kernel, whose fault shows only where a run has what it
// needs.
#include <algorithm>

#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "outcome.h"
#include "render/text.h"

namespace ct::test {

namespace {

template <typename Word> bool includes(const std::optional<std::vector<Word>> &words, Word word)
{
    return words && std::find(words->begin(), words->end(), word) != words->end();
}

bool includes(const std::vector<std::string> &list, const std::string &item)
{
    return std::find(list.begin(), list.end(), item) != list.end();
}

bool has_cpu_1(const Config &config)
{
    return config.cpus && config.cpus->find('1') != std::string::npos;
}

// In tasks on CPU 1, with the timer.
std::uint64_t typical_fault(const Config &config)
{
    const bool there = includes(config.drivers, "cbc-aes-aesni") &&
                       includes(config.contexts, Context::Task) &&
                       includes(config.disturbers, Disturber::Timer) && has_cpu_1(config);
    return there ? 60000 : 0;
}

const json *of_type(const std::vector<json> &all, const std::string &type)
{
    for (const json &line : all)
        if (line["type"] == type)
            return &line;
    return nullptr;
}

} // namespace

TEST(Bisect, FindsTheSmallestRun)
{
    Machine machine;
    machine.fault = typical_fault;
    const auto outcome = execute(machine, {"bisect"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with(
        "CORRUPT: cbc-aes-aesni: text wrong; this is the smallest part of the run that shows "
        "it:\n\n  cryptorture run --for 20s --drivers cbc-aes-aesni --contexts task --disturb "
        "timer --exercisers 0 --sizes 60 --cpus 1\n\n"))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "\n  shown          4 of 4 times, after "))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "\n  disturber timer ")) << outcome.out;
    EXPECT_TRUE(contains(outcome.err, "cryptorture: trial 1, at most 30:00: every driver, 1 "
                                      "exerciser a CPU\n"))
        << outcome.err;
    EXPECT_TRUE(
        contains(outcome.err,
                 "cryptorture: trial 1: shown after 0:01, 75,000 operations "
                 "of cbc-aes-aesni; the fault to search for is cbc-aes-aesni: text wrong\n"))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.err, ": not seen in ")) << outcome.err;

    // What is pasted is what was tried, and it shows the fault.
    Machine again;
    again.fault = typical_fault;
    EXPECT_EQ(execute(again, {"run", "--for", "20s", "--drivers", "cbc-aes-aesni", "--contexts",
                              "task", "--disturb", "timer", "--exercisers", "0", "--sizes",
                              "60", "--cpus", "1"})
                  .status,
              ExitStatus::Corrupt);
    Config pasted = again.config;
    const auto last = std::find_if(
        machine.asked.begin(), machine.asked.end(), [&pasted](const Config &config) {
            return config.drivers == pasted.drivers && config.contexts == pasted.contexts &&
                   config.disturbers == pasted.disturbers && config.cpus == pasted.cpus &&
                   config.exercisers == pasted.exercisers && config.sizes == pasted.sizes;
        });
    EXPECT_NE(last, machine.asked.end());
}

TEST(Bisect, TellsItAsJson)
{
    Machine machine;
    machine.fault = typical_fault;
    const auto all = lines(execute(machine, {"bisect", "--seed", "0xff", "--json"}).out);
    const json &result = all.back();
    EXPECT_EQ(result["type"], "bisection");
    EXPECT_EQ(result["end"], "narrowed");
    EXPECT_EQ(result["fault"]["driver"], "cbc-aes-aesni");
    EXPECT_EQ(result["smallest"]["disturbers"], json::parse(R"(["timer"])"));
    EXPECT_EQ(result["smallest"]["cpus"], "1");
    EXPECT_EQ(result["everything"]["cpus"], "0-1");
    EXPECT_EQ(result["shown"]["times"], 4);
    EXPECT_EQ(result["trials"], count_type(all, "trial"));
    EXPECT_EQ(result["trials"], times(machine.log, "start"));
    EXPECT_TRUE(contains(result["command"], " --seed 0x00000000000000ff"));
    for (const json &need : result["needs"]) {
        if (need["without"] == "disturber timer") {
            EXPECT_TRUE(need["possible"]);
            EXPECT_GE(need["confidence"], 0.95);
            EXPECT_GT(need["silence"], 0);
            EXPECT_EQ(need["shown"], 0);
        }
        if (need["without"] == "driver cbc-aes-aesni") {
            EXPECT_FALSE(need["possible"]);
            EXPECT_EQ(need["reason"], "the fault is of this driver");
        }
    }
    for (const Config &config : machine.asked)
        EXPECT_FALSE(config.until_mismatch);
    EXPECT_EQ(count_type(all, "verdict"), 0U);
    EXPECT_EQ(machine.asked.front().seed, 255U);
}

TEST(Bisect, KeepsASecondDriverThatIsNeeded)
{
    Machine machine;
    machine.drivers[2].error.reset();
    machine.drivers[2].present = true;
    machine.fault = [](const Config &config) -> std::uint64_t {
        return includes(config.drivers, "cbc-aes-aesni") &&
                       includes(config.drivers, "rfc4106-gcm-vaes-avx512")
                   ? 60000
                   : 0;
    };
    const auto outcome =
        execute(machine, {"bisect", "--drivers",
                          "cbc-aes-aesni,cbc(aes-generic),rfc4106-gcm-vaes-avx512"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(contains(outcome.out, "--drivers cbc-aes-aesni,rfc4106-gcm-vaes-avx512 "))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "--disturb none")) << outcome.out;
}

TEST(Bisect, KeepsExercisersForRegisters)
{
    Machine machine;
    machine.fault_record = sample_register(0);
    machine.fault = [](const Config &config) -> std::uint64_t {
        return config.exercisers > 0 ? 60000 : 0;
    };
    const auto outcome = execute(machine, {"bisect", "--exercisers", "4"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(outcome.out.starts_with("CORRUPT: registers of user threads changed; "))
        << outcome.out;
    // One exerciser is the default, and one of the two drivers is enough.
    EXPECT_FALSE(contains(outcome.out, "--exercisers")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "--drivers ")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, " checks of registers ")) << outcome.out;
}

TEST(Bisect, NotesOtherFaults)
{
    Machine machine;
    machine.fault = typical_fault;
    machine.at[9] = [&] {
        Mismatch other = sample_mismatch(++machine.status.records);
        other.run = machine.status.run;
        other.driver = "cbc(aes-generic)";
        other.what = {What::Guard};
        ++machine.status.mismatches;
        machine.ring.push_back(other);
    };
    const auto outcome = execute(machine, {"bisect"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(
        contains(outcome.out, "\n  also seen      cbc(aes-generic): guard wrong (1 record)\n"))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "--drivers cbc-aes-aesni ")) << outcome.out;
}

TEST(Bisect, GivesTheVerdictOfARunWithoutAFault)
{
    for (const Verdict verdict : {Verdict::Clean, Verdict::Inconclusive}) {
        Machine machine;
        machine.final_verdict = verdict;
        const auto outcome = execute(machine, {"bisect", "--for", "20s"});
        EXPECT_EQ(outcome.status, exit_status(verdict));
        EXPECT_TRUE(outcome.out.starts_with(std::string(name(verdict)) + ": ")) << outcome.out;
        EXPECT_TRUE(contains(outcome.err,
                             "no mismatch in the first run, so there is nothing to "
                             "narrow down"))
            << outcome.err;
        EXPECT_EQ(times(machine.log, "start"), 1U);
    }
}

TEST(Bisect, SaysThatTheFaultStoppedShowing)
{
    for (const std::size_t last : {1U, 2U, 6U, 12U}) {
        Machine machine;
        machine.fault = [&](const Config &config) -> std::uint64_t {
            return machine.asked.size() <= last ? typical_fault(config) : 0;
        };
        const auto outcome = execute(machine, {"bisect", "--at-most", "20s", "--for", "1h"});
        EXPECT_EQ(outcome.status, ExitStatus::Inconclusive);
        EXPECT_TRUE(outcome.out.starts_with("INCONCLUSIVE: cbc-aes-aesni: text wrong; it "
                                            "stopped showing, even with everything"))
            << outcome.out;
        EXPECT_TRUE(contains(outcome.out, "and then no more")) << outcome.out;
    }
}

TEST(Bisect, TellsTheSmallestSoFarWhenTheTimeIsOver)
{
    Machine machine;
    machine.fault = typical_fault;
    const auto all = lines(execute(machine, {"bisect", "--for", "10s", "--json"}).out);
    EXPECT_EQ(all.back()["end"], "out-of-time");
    EXPECT_EQ(all.back()["smallest"]["drivers"], json::parse(R"(["cbc-aes-aesni"])"));
    EXPECT_LE(machine.now, std::chrono::seconds(11));

    Machine other;
    other.fault = typical_fault;
    const auto outcome = execute(other, {"bisect", "--for", "10s"});
    EXPECT_EQ(outcome.status, ExitStatus::Inconclusive);
    EXPECT_TRUE(outcome.out.starts_with("INCONCLUSIVE: ")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "\n  cryptorture run --for ")) << outcome.out;
}

TEST(Bisect, BoundsEachTrial)
{
    Machine machine;
    machine.fault = [](const Config &config) -> std::uint64_t {
        return typical_fault(config) * 10;
    };
    const auto all = lines(execute(machine, {"bisect", "--at-most", "15s", "--json"}).out);
    EXPECT_EQ(all.back()["end"], "narrowed");
    for (std::size_t trial = 1; trial < machine.asked.size(); ++trial)
        EXPECT_LE(machine.asked[trial].duration_ms, 15000U);
    // That is too little for the confidence, and that is what is told.
    bool told = false;
    for (const json &need : all.back()["needs"])
        if (need["without"] == "disturber timer") {
            told = true;
            EXPECT_GT(need["confidence"], 0.5);
            EXPECT_LT(need["confidence"], 0.95);
        }
    EXPECT_TRUE(told);
}

TEST(Bisect, TellsTheSmallestSoFarOnAnInterrupt)
{
    Machine machine;
    machine.fault = typical_fault;
    machine.at[12] = [&] {
        machine.wake.interrupted = true;
    };
    const auto outcome = execute(machine, {"bisect"});
    EXPECT_EQ(outcome.status, ExitStatus::Interrupted);
    EXPECT_TRUE(outcome.out.starts_with("INTERRUPTED: cbc-aes-aesni: text wrong; this is the "
                                        "smallest part so far that showed it:\n\n  cryptorture "
                                        "run --for "))
        << outcome.out;
    EXPECT_FALSE(machine.status.active());

    Machine early;
    early.at[2] = [&] {
        early.wake.interrupted = true;
    };
    EXPECT_EQ(execute(early, {"bisect"}).status, ExitStatus::Interrupted);
    EXPECT_FALSE(early.status.active());
    Machine at_once;
    at_once.wake.interrupted = true;
    EXPECT_EQ(execute(at_once, {"bisect"}).status, ExitStatus::Interrupted);
    EXPECT_EQ(times(at_once.log, "start"), 0U);
}

TEST(Bisect, LeavesNoRunWithoutItsTerminal)
{
    Machine machine;
    machine.fault = typical_fault;
    machine.at[12] = [&] {
        machine.wake.hangup = true;
    };
    EXPECT_EQ(execute(machine, {"bisect"}).status, ExitStatus::Interrupted);
    EXPECT_FALSE(machine.status.active());
}

TEST(Bisect, DoesNotTakeAnEndByOthersForSilence)
{
    Machine machine;
    machine.fault = typical_fault;
    machine.at[12] = [&] {
        machine.end(End::Stopped);
    };
    const auto outcome = execute(machine, {"bisect"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "cryptorture: cannot go on bisecting: run "))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.err, " was ended by another program; ")) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with("NOT FINISHED: ")) << outcome.out;

    Machine gone;
    gone.fault = typical_fault;
    gone.at[12] = [&] {
        gone.gone = true;
    };
    const auto other = execute(gone, {"bisect"});
    EXPECT_EQ(other.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(other.err, "the module cryptorture went away")) << other.err;
    EXPECT_TRUE(other.out.starts_with("NOT FINISHED: ")) << other.out;
}

TEST(Bisect, TakesARefusedRunForImpossible)
{
    Machine machine;
    machine.fault = [](const Config & /*config*/) -> std::uint64_t {
        return 60000;
    };
    machine.refuses = [](const Config &config) {
        return config.disturbers && config.disturbers->empty();
    };
    const auto all = lines(execute(machine, {"bisect", "--json"}).out);
    EXPECT_EQ(all.back()["end"], "narrowed");
    EXPECT_EQ(all.back()["smallest"]["disturbers"].size(), 1U);
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const json &line) {
        return line["type"] == "trial" && line["sight"] == "refused" &&
               line["reason"] == "this machine cannot";
    }));
    EXPECT_TRUE(std::any_of(
        all.back()["needs"].begin(), all.back()["needs"].end(),
        [](const json &need) { return need["reason"] == "this machine has no such run"; }));
}

TEST(Bisect, SaysWhyItCannotBegin)
{
    Machine machine;
    machine.status = sample_status();
    machine.status.state = State::Running;
    machine.start_error =
        Error{ErrorKind::Busy, "cannot start a run", "a run is active already", "stop it", {}};
    const auto outcome = execute(machine, {"bisect"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(
        contains(outcome.err, "cryptorture: cannot start a run: run 3 is active since "))
        << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(execute(machine, {"bisect", "--drivers", "x*"}).status, ExitStatus::CouldNotRun);
    EXPECT_EQ(of_type(lines(execute(machine, {"bisect", "--json"}).out), "bisection"), nullptr);
}

TEST(Bisect, SaysWhatItIsSureOf)
{
    StringOutput output;
    Text(output).bisection(sample_bisection(true));
    EXPECT_TRUE(contains(output.text(), "  51,500  0:10  not seen (95.0 %)\n"))
        << output.text();
    EXPECT_FALSE(contains(output.text(), "  driver cbc-aes-aesni ")) << output.text();
    EXPECT_TRUE(contains(output.text(), "seen 2 times, but not reliably")) << output.text();
    EXPECT_TRUE(contains(output.text(), "found in       3 runs, 1:01")) << output.text();
}

} // namespace ct::test

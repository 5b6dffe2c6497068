// SPDX-License-Identifier: GPL-2.0-or-later
// Advice is what can be done, and no more than the confidence allows.
#include "diagnose/advice.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "advised.h"
#include "args/option.h"
#include "base/shell_command.h"
#include "diagnose/diagnose.h"
#include "fake_kernel.h"
#include "faults.h"
#include "outcome.h"

namespace ct::test {

namespace {

const std::vector<std::string> suspect_cpus{"", "0", "1", "3"};
const std::vector<std::string> suspect_drivers{"", "cbc-aes-aesni", "cbc(aes-generic)",
                                               "pcrypt(authenc(hmac(sha1),cbc(aes)))"};

bool of_the_hardware(const std::string &text)
{
    return std::ranges::any_of(
        std::vector<std::string>{"online", "offline", "processor", "microcode", "replace",
                                 "memmap", "hypervisor", "out of service"},
        [&text](const std::string &word) { return contains(text, word); });
}

std::string whole_text(const std::vector<std::string> &texts)
{
    std::string whole;
    for (const std::string &text : texts)
        whole += text + "\n";
    return whole;
}

// As a shell has them, of what the advice uses: words, some of them in double quotes.
std::vector<std::string> shell_words(const std::string &command)
{
    std::vector<std::string> words(1);
    bool quoted = false;
    for (const char character : command)
        if (character == '"')
            quoted = !quoted;
        else if (character == ' ' && !quoted)
            words.emplace_back();
        else
            words.back() += character;
    EXPECT_FALSE(quoted) << command;
    return words;
}

// A machine of four CPUs that has these drivers.
struct AdvisedMachine {
    AdvisedMachine()
    {
        machine.root = std::filesystem::path(testing::TempDir()) / "advised";
        std::filesystem::create_directories(machine.root + "/sys/devices/system/cpu");
        std::ofstream(machine.root + "/sys/devices/system/cpu/online") << "0-3\n";
        for (const std::string &name : suspect_drivers) {
            Driver driver = sample_drivers().front();
            driver.name = name;
            if (!name.empty())
                machine.drivers.push_back(driver);
        }
    }
    ~AdvisedMachine() { std::filesystem::remove_all(machine.root); }
    AdvisedMachine(const AdvisedMachine &) = delete;
    AdvisedMachine &operator=(const AdvisedMachine &) = delete;

    Machine machine;
};

} // namespace

TEST(Advice, WithLowConfidenceThereIsOnlySomethingToTry)
{
    for (const Diagnosis &diagnosis : advised_of_all(suspect_cpus, suspect_drivers)) {
        EXPECT_FALSE(diagnosis.next.empty());
        if (diagnosis.confidence < Confidence::Medium) {
            EXPECT_TRUE(diagnosis.mitigations.empty()) << whole_text(diagnosis.mitigations);
        }
        for (const std::string &text : diagnosis.next)
            EXPECT_FALSE(contains(text, "/online") || contains(text, "replace")) << text;
    }
}

TEST(Advice, HardwareIsLeftAloneWithoutHighConfidence)
{
    std::size_t software = 0;
    for (const Diagnosis &diagnosis : advised_of_all(suspect_cpus, suspect_drivers)) {
        if (diagnosis.confidence != Confidence::Medium)
            continue;
        software += diagnosis.mitigations.size();
        for (const std::string &text : diagnosis.mitigations)
            EXPECT_FALSE(of_the_hardware(text)) << text;
    }
    EXPECT_GT(software, 0U);
}

TEST(Advice, HardwareDependsOnARunThatConfirms)
{
    std::set<BugClass> classes;
    for (const Diagnosis &diagnosis : advised_of_all(suspect_cpus, suspect_drivers))
        for (const std::string &text : diagnosis.mitigations) {
            if (!of_the_hardware(text))
                continue;
            EXPECT_EQ(diagnosis.confidence, Confidence::High) << text;
            EXPECT_TRUE(text.starts_with("if ") || diagnosis.repeats_on) << text;
            EXPECT_TRUE(contains(diagnosis.next.front(), "'cryptorture run ")) << text;
            classes.insert(*diagnosis.bug_class);
        }
    EXPECT_EQ(classes, (std::set<BugClass>{BugClass::XstateFormat, BugClass::CpuDeterministic,
                                           BugClass::CpuIntermittent, BugClass::RegfileLeak,
                                           BugClass::VcpuSwitch, BugClass::Memory}));
}

TEST(Advice, TheSuspectCpuIsHeldAgainstAllOthers)
{
    Diagnosis diagnosis = unadvised(BugClass::CpuDeterministic, Confidence::High, "3");
    diagnosis.seed = 0x2a;
    diagnosis = advised(diagnosis);
    EXPECT_EQ(diagnosis.next,
              (std::vector<std::string>{
                  "'cryptorture run --for 10m --seed 0x2a --cpus 3', then 'cryptorture run "
                  "--for 10m --seed 0x2a --cpus all,-3': if it is this, the first alone is "
                  "CORRUPT"}));
    const std::string text = whole_text(diagnosis.mitigations);
    for (const char *const part :
         {"if of the two runs above only the one on CPU 3 is CORRUPT: "
          "take CPU 3 and its SMT siblings offline",
          "'cat /sys/devices/system/cpu/cpu3/topology/thread_siblings_list'",
          "'echo 0 > /sys/devices/system/cpu/cpu3/online'",
          "'echo \"w /sys/devices/system/cpu/cpu3/online - - - - 0\" > "
          "/etc/tmpfiles.d/no-cpu3.conf'"})
        EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
}

TEST(Advice, WithoutASuspectNoCpuIsNamed)
{
    for (const BugClass bug_class : {BugClass::CpuDeterministic, BugClass::CpuIntermittent}) {
        const Diagnosis diagnosis = advised(unadvised(bug_class, Confidence::High));
        EXPECT_FALSE(contains(whole_text(diagnosis.next), "--cpus"));
        EXPECT_FALSE(contains(whole_text(diagnosis.mitigations), "/sys/"));
    }
}

TEST(Advice, CpuZeroStays)
{
    for (const bool confirmed : {false, true}) {
        Diagnosis diagnosis = unadvised(BugClass::CpuIntermittent, Confidence::High, "0");
        if (confirmed)
            diagnosis.repeats_on = 0;
        const std::string text = whole_text(advised(diagnosis).mitigations);
        EXPECT_TRUE(contains(text, "take the host out of service until the processor is "
                                   "replaced: CPU 0 cannot be taken offline"))
            << text;
        EXPECT_FALSE(contains(text, "cpu0") || contains(text, "tmpfiles")) << text;
    }
}

TEST(Advice, WhatRunningAgainHasConfirmedIsSaid)
{
    Diagnosis diagnosis = unadvised(BugClass::CpuDeterministic, Confidence::High);
    diagnosis.repeats_on = 2;
    const std::string text = whole_text(advised(diagnosis).mitigations);
    EXPECT_TRUE(contains(text, "run again at once, packets were always wrong on CPU 2, and "
                               "right on others: take CPU 2 and its SMT siblings offline"))
        << text;
}

TEST(Advice, OnlyRunningAgainOnOneCpuConfirmsIt)
{
    Random random(81);
    Evidence evidence = evidence_of(BugClass::CpuDeterministic, random);
    ASSERT_GT(evidence.records.size(), 2U);
    const std::uint32_t cpu = evidence.records.front().cpu_before;
    const auto run_again = [](std::uint32_t here, std::uint32_t wrong_elsewhere) {
        Replay replay;
        replay.state = ReplayState::Done;
        replay.attempts = {
            {ReplayWay::Same, here, Context::Task, "", 8, 8, {}},
            {ReplayWay::OtherCpu, here + 1, Context::Task, "", 4, wrong_elsewhere, {}}};
        return replay;
    };
    for (Mismatch &record : evidence.records) {
        record.cpu_before = cpu;
        record.replay.reset();
        record.seed = 77;
    }
    EXPECT_FALSE(diagnose(evidence).repeats_on);
    evidence.records[1].replay = run_again(cpu, 0);
    EXPECT_EQ(diagnose(evidence).repeats_on, cpu);
    EXPECT_EQ(diagnose(evidence).seed, 77U);
    evidence.records[2].replay = run_again(cpu, 4);
    EXPECT_FALSE(diagnose(evidence).repeats_on);
    evidence.records[2].replay = run_again(cpu + 1, 0);
    evidence.records[2].cpu_before = cpu + 1;
    evidence.records[2].seed = 78;
    EXPECT_FALSE(diagnose(evidence).repeats_on);
    EXPECT_FALSE(diagnose(evidence).seed);
}

TEST(Advice, NothingIsLeftToFillIn)
{
    std::size_t commands = 0;
    for (const Diagnosis &diagnosis : advised_of_all(suspect_cpus, suspect_drivers))
        for (const std::string &text : texts_of(diagnosis)) {
            for (const char *const wrong : {"cpuN", "isolcpus", "MODULE", "=N", " N'", "DIR"})
                EXPECT_FALSE(contains(text, wrong)) << text;
            EXPECT_EQ(std::ranges::count(text, '\'') % 2, 0) << text;
            for (const std::string &command : commands_in(text)) {
                ++commands;
                const std::string first = command.substr(0, command.find_first_of(" ="));
                EXPECT_TRUE(
                    std::set<std::string>({"cryptorture", "echo", "cat", "dmesg", "module"})
                        .contains(first))
                    << command;
            }
        }
    EXPECT_GT(commands, 500U);
}

TEST(Advice, ItsCommandsAreUnderstood)
{
    AdvisedMachine advised;
    std::set<std::string> commands;
    for (const Diagnosis &diagnosis : advised_of_all(suspect_cpus, suspect_drivers))
        for (const std::string &text : texts_of(diagnosis))
            for (const std::string &command : commands_in(text))
                if (command.starts_with("cryptorture"))
                    commands.insert(command);
    EXPECT_GT(commands.size(), 30U);
    std::size_t runs = 0;
    for (const std::string &command : commands) {
        auto words = shell_words(command);
        ASSERT_EQ(words.front(), "cryptorture");
        words.erase(words.begin());
        // Nothing is to be left where the tests run.
        std::ranges::replace(words, std::string("longer-run"), advised.machine.root + "/run");
        const auto time = std::ranges::find(words, "--for");
        if (time != words.end()) {
            const auto duration = parse_duration("--for", *std::next(time));
            EXPECT_TRUE(duration && *duration) << command;
            *std::next(time) = "1s"; // looks of that machine take their time
        }
        Machine machine = advised.machine;
        const Outcome outcome = execute(machine, words);
        EXPECT_FALSE(contains(outcome.err, "cannot read the command line") ||
                     contains(outcome.err, "cannot use"))
            << command << ": " << outcome.err;
        if (words.front() == "run") {
            ++runs;
            EXPECT_EQ(outcome.status, ExitStatus::Clean) << command << ": " << outcome.err;
            EXPECT_EQ(machine.config.cpus.has_value(), contains(command, "--cpus ")) << command;
            EXPECT_EQ(machine.config.seed.has_value(), contains(command, "--seed ")) << command;
            EXPECT_EQ(machine.config.drivers.empty(), !contains(command, "--drivers "))
                << command;
        }
    }
    EXPECT_GT(runs, 30U);
}

// A saved run may be from anywhere, and its advice is pasted by root.
TEST(Advice, ANameIsNoShellCommand)
{
    for (const char *const name : {"a$(reboot)", "a`reboot`", "a\" ; reboot", "a' ; reboot ; '",
                                   "-cbc", "a\nreboot", "a\\", "", "a b"}) {
        EXPECT_FALSE(harmless(name)) << name;
        for (std::size_t place = 0; place < count_of<BugClass>; ++place)
            for (const std::string &text : texts_of(advised(
                     unadvised(static_cast<BugClass>(place), Confidence::High, "1", name))))
                EXPECT_FALSE(contains(text, "reboot ;") || contains(text, "(reboot") ||
                             contains(text, "--drivers"))
                    << text;
    }
    EXPECT_TRUE(harmless("authenc(hmac(sha256-ni),cbc-aes-aesni)"));
    EXPECT_TRUE(harmless("__cbc-aes-aesni"));
}

TEST(Advice, WordsThatAShellWouldChangeAreQuoted)
{
    EXPECT_EQ(ShellCommand("a").add("--b", "c,-d").add("").add("e f").add("--g", "h(i)").text(),
              "'a --b c,-d e f --g \"h(i)\"'");
    EXPECT_EQ(write_line("one line", "/etc/file").text(), "'echo \"one line\" > /etc/file'");
}

} // namespace ct::test

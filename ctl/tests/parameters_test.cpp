// SPDX-License-Identifier: GPL-2.0-or-later
// The options of 'run' and 'start', as they reach the module.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "outcome.h"

namespace ct::test {

TEST(Parameters, PassesItsParametersOn)
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

TEST(Parameters, LeavesToTheModuleWhatWasNotChosen)
{
    Machine machine;
    (void)execute(machine, {"run", "--for", "1s"});
    EXPECT_FALSE(machine.config.contexts);
    EXPECT_FALSE(machine.config.disturbers);
    EXPECT_FALSE(machine.config.cpus);
    EXPECT_FALSE(machine.config.sizes);
    EXPECT_TRUE(machine.config.drivers.empty());
    EXPECT_EQ(machine.config.exercisers, 1U);
    (void)execute(machine, {"start"});
    EXPECT_EQ(machine.config.exercisers, 0U);
}

TEST(Parameters, TakesListsWithExclusions)
{
    Machine machine;
    machine.root = std::filesystem::path(testing::TempDir()) / "online";
    std::filesystem::create_directories(machine.root + "/sys/devices/system/cpu");
    std::ofstream(machine.root + "/sys/devices/system/cpu/online") << "0-3\n";
    const auto outcome =
        execute(machine, {"run", "--for", "1s", "--drivers", "all,-*generic*", "--contexts",
                          "-softirq", "--disturb", "all,-hotplug", "--cpus", "-0", "--sizes",
                          "64,1300-1500", "--exercisers", "3"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_EQ(machine.config.drivers, (std::vector<std::string>{"cbc-aes-aesni"}));
    EXPECT_EQ(machine.config.contexts, (std::vector<Context>{Context::Task, Context::Caller}));
    EXPECT_EQ(machine.config.disturbers->size(), count_of<Disturber> - 1);
    EXPECT_EQ(machine.config.cpus, "1-3");
    EXPECT_EQ(machine.config.sizes, "64,1300-1500");
    EXPECT_EQ(machine.config.exercisers, 3U);
    std::filesystem::remove_all(machine.root);
}

TEST(Parameters, RefusesAPatternThatFitsNoDriver)
{
    Machine machine;
    const auto outcome = execute(machine, {"run", "--drivers", "cbc-aes-aesno*"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "no driver on this machine matches it, did you mean "
                                      "\"cbc-aes-aesni\"?; there are cbc-aes-aesni, "
                                      "cbc(aes-generic); see 'cryptorture drivers'"))
        << outcome.err;
    EXPECT_EQ(times(machine.log, "start"), 0U);
}

TEST(Parameters, LastsFiveMinutesUnlessTold)
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

} // namespace ct::test

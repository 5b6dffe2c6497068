// SPDX-License-Identifier: GPL-2.0-or-later
// The module's run beside tunnels.
#include "tunnel/beside.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "fake_kernel.h"

namespace ct::test {

namespace {

class BesideTest : public testing::Test {
protected:
    [[nodiscard]] auto asked_for(const std::string &request) const
    {
        return std::count(machine_.log.begin(), machine_.log.end(), request);
    }

    Machine machine_;
    StringOutput out_;
    StringOutput err_;
    Environment environment_{
        "0.1.0",
        [this]() -> Result<std::unique_ptr<Kernel>> { return kernel_of(machine_); },
        []() -> Result<std::unique_ptr<Waiter>> {
            return failure(ErrorKind::System, "cannot wait", "nobody should");
        },
        out_,
        err_,
        Terminal{}};
};

} // namespace

TEST_F(BesideTest, StartsARunThatEndsByItselfAndEndsIt)
{
    ModuleRun run(environment_, 1000);
    const auto outcome = run.end();
    EXPECT_EQ(outcome.why, "");
    EXPECT_EQ(outcome.mismatches, machine_.status.mismatches);
    ASSERT_EQ(machine_.asked.size(), 1U);
    EXPECT_EQ(machine_.asked[0].duration_ms, 16000U);
    EXPECT_EQ(machine_.asked[0].load, 50U);
    EXPECT_EQ(asked_for("stop"), 1);
    EXPECT_EQ(run.end().mismatches, outcome.mismatches) << "once ended it stays so";
    EXPECT_EQ(asked_for("stop"), 1);
}

TEST_F(BesideTest, GivesUpAStartThatIsNotDone)
{
    machine_.job_looks = 1'000'000;
    const auto outcome = ModuleRun(environment_, 1000).end();
    EXPECT_NE(outcome.why.find("it was cancelled"), std::string::npos) << outcome.why;
    EXPECT_FALSE(outcome.mismatches);
    EXPECT_EQ(asked_for("start"), 1) << "and does not try another one";
    EXPECT_EQ(asked_for("stop"), 0);
}

TEST_F(BesideTest, ARunOfAnotherStays)
{
    machine_.status.state = State::Running;
    const auto outcome = ModuleRun(environment_, 1000).end();
    EXPECT_NE(outcome.why.find("active already"), std::string::npos) << outcome.why;
    EXPECT_EQ(asked_for("start"), 0);
    EXPECT_EQ(asked_for("stop"), 0);
}

TEST_F(BesideTest, WithoutAesNiAnyDriverWillDo)
{
    machine_.refuses = [](const Config &config) {
        return !config.drivers.empty();
    };
    EXPECT_EQ(ModuleRun(environment_, std::nullopt).end().why, "");
    ASSERT_EQ(machine_.asked.size(), 1U);
    EXPECT_TRUE(machine_.asked[0].drivers.empty());
}

TEST_F(BesideTest, WithoutARunTheModuleIsAskedWhetherSoftirqsNest)
{
    machine_.status.fpu_nests = true;
    EXPECT_TRUE(ModuleRun::fpu_nests(environment_));
    machine_.status.fpu_nests = false;
    EXPECT_FALSE(ModuleRun::fpu_nests(environment_));
    EXPECT_EQ(asked_for("start"), 0);
}

TEST_F(BesideTest, WithoutTheModuleTheReasonIsKnown)
{
    environment_.open_kernel = []() -> Result<std::unique_ptr<Kernel>> {
        return failure(ErrorKind::NoModule, "cannot start the disturbers",
                       "the module is not loaded");
    };
    const auto outcome = ModuleRun(environment_, 1000).end();
    EXPECT_NE(outcome.why.find("not loaded"), std::string::npos) << outcome.why;
    EXPECT_FALSE(outcome.mismatches);
    EXPECT_TRUE(outcome.fpu_nests);
    EXPECT_TRUE(ModuleRun::fpu_nests(environment_));
}

} // namespace ct::test

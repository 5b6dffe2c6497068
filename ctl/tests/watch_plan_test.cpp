// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "args/watch_plan.h"

namespace ct {

namespace {

WatchOptions watched()
{
    WatchOptions values;
    values.interface = "eth0";
    return values;
}

TEST(WatchPlanTest, IsGentleByDefault)
{
    const auto plan = parse_watch_plan(watched(), {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->interface, "eth0");
    EXPECT_EQ(plan->sample, 1U);
    EXPECT_EQ(plan->budget, watch_budget);
    EXPECT_EQ(plan->duration_ms, 60'000U);
}

TEST(WatchPlanTest, TakesSampleBudgetAndTime)
{
    WatchOptions values = watched();
    values.sample = "1/16";
    values.budget = "unlimited";
    EspOptions tunnels;
    tunnels.duration = "forever";
    auto plan = parse_watch_plan(values, tunnels);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->sample, 16U);
    EXPECT_EQ(plan->budget, 0U);
    EXPECT_FALSE(plan->duration_ms);
    values.budget = "250";
    plan = parse_watch_plan(values, tunnels);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->budget, 250U);
}

TEST(WatchPlanTest, RefusesWhatIsNoSample)
{
    for (const char *const text : {"", "1", "2/3", "1/0", "1/x", "1/1000001", "1/-1"}) {
        WatchOptions values = watched();
        values.sample = text;
        const auto plan = parse_watch_plan(values, {});
        ASSERT_FALSE(plan) << text;
        EXPECT_NE(plan.error().sentence().find("--sample"), std::string::npos);
    }
}

TEST(WatchPlanTest, RefusesOptionsOfTunnels)
{
    EspOptions tunnels;
    tunnels.seed = "7";
    auto plan = parse_watch_plan(watched(), tunnels);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().what, "cannot use --seed with --watch");
    tunnels = {};
    tunnels.offload = true;
    plan = parse_watch_plan(watched(), tunnels);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().what, "cannot use --offload with --watch");
}

TEST(WatchPlanTest, RefusesOptionsOfAWatchWithoutOne)
{
    WatchOptions values;
    EXPECT_TRUE(refuse_watch_options(values));
    values.budget = "10";
    const auto refused = refuse_watch_options(values);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, "cannot use --budget without --watch");
}

} // namespace

} // namespace ct

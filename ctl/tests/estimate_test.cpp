// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/estimate.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace ct::test {

namespace {

Cell cell_of(Context context, std::uint32_t cpu, std::uint64_t operations, Gap gap = Gap::None)
{
    Cell cell;
    cell.context = context;
    cell.cpu = cpu;
    cell.operations = operations;
    cell.gap = gap;
    return cell;
}

// Of a run of 10 s.
std::optional<Estimate> of(const std::vector<Cell> &cells)
{
    Status status = sample_status();
    status.elapsed_ns = 10000000000;
    return estimate(status, cells);
}

} // namespace

TEST(Estimate, IsOnlyForWhatWasMissed)
{
    EXPECT_FALSE(of({}));
    EXPECT_FALSE(of({cell_of(Context::Task, 0, 100)}));
    EXPECT_FALSE(of({cell_of(Context::Task, 0, 0, Gap::NotApplicable)}));
}

TEST(Estimate, CountsTheOperationsThatAreMissing)
{
    // 100 operations in 10 s; 16 - 6 are missing, and every other draw goes there.
    const auto result =
        of({cell_of(Context::Task, 0, 94), cell_of(Context::Task, 0, 6, Gap::TooFew)});
    ASSERT_TRUE(result && result->seconds);
    EXPECT_DOUBLE_EQ(*result->seconds, 10 + 2 * 10 / 10.0);
    EXPECT_FALSE(result->hopeless);
    // Cells of one worker share its operations.
    const auto both =
        of({cell_of(Context::Task, 0, 88), cell_of(Context::Task, 0, 6, Gap::TooFew),
            cell_of(Context::Task, 0, 6, Gap::TooFew)});
    ASSERT_TRUE(both && both->seconds);
    EXPECT_DOUBLE_EQ(*both->seconds, 10 + 2 * 20 / 10.0);
}

TEST(Estimate, TakesTheSlowestOfAllCpusAndContexts)
{
    const auto result =
        of({cell_of(Context::Task, 0, 1000), cell_of(Context::Task, 0, 0, Gap::TooFew),
            cell_of(Context::Softirq, 1, 20), cell_of(Context::Softirq, 1, 0, Gap::NoSoftirq),
            cell_of(Context::Caller, 1, 200), cell_of(Context::Caller, 1, 0, Gap::NoCall)});
    ASSERT_TRUE(result && result->seconds);
    EXPECT_DOUBLE_EQ(*result->seconds, 10 + 2 * 16 / 2.0);
}

TEST(Estimate, TakesTheObservedChanceOfAHit)
{
    struct Case {
        Gap gap;
        Context context;
        std::uint64_t Cell::*count;
    };
    for (const Case &one : {Case{Gap::NoFpuHit, Context::Task, &Cell::fpu_hits},
                            Case{Gap::NoSimd, Context::Caller, &Cell::simd},
                            Case{Gap::NoNested, Context::Softirq, &Cell::nested},
                            Case{Gap::NoLive, Context::Caller, &Cell::live}}) {
        Cell lucky = cell_of(one.context, 2, 900);
        lucky.*one.count = 5;
        // A driver that is never asked for it says nothing of the chance.
        const Cell other = cell_of(one.context, 2, 1000);
        const Cell unlucky = cell_of(one.context, 2, 100, one.gap);
        const auto result = of({lucky, other, unlucky});
        ASSERT_TRUE(result && result->seconds) << name(one.gap);
        // 1,000 tries for 5 hits: one in 200; 2,000 operations in 10 s.
        EXPECT_DOUBLE_EQ(*result->seconds, 10 + 2 * 200 / 200.0) << name(one.gap);
    }
}

TEST(Estimate, InventsNothing)
{
    auto result =
        of({cell_of(Context::Task, 0, 1000), cell_of(Context::Task, 0, 0, Gap::TooFew),
            cell_of(Context::Softirq, 1, 0, Gap::NoSoftirq),
            cell_of(Context::Softirq, 1, 0, Gap::NoSoftirq),
            cell_of(Context::Softirq, 3, 0, Gap::NoSoftirq),
            cell_of(Context::Caller, 2, 0, Gap::NoCall)});
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->seconds);
    EXPECT_EQ(result->unknown,
              (std::vector<std::string>{"no operation at all in softirq context on CPUs 1,3",
                                        "no operation at all in caller context on CPU 2"}));
    result = of({cell_of(Context::Task, 4, 1000, Gap::NoFpuHit)});
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->seconds);
    EXPECT_EQ(result->unknown,
              (std::vector<std::string>{
                  "no interruption inside an FPU section in task context on CPU 4"}));
    Status status = sample_status();
    status.elapsed_ns = 0;
    result = estimate(status, {cell_of(Context::Task, 0, 3, Gap::TooFew)});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->unknown, (std::vector<std::string>{"no time passed"}));
}

TEST(Estimate, SaysWhereTimeDoesNotHelp)
{
    auto result = of({cell_of(Context::Task, 0, 0, Gap::CpuOffline)});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->hopeless);
    EXPECT_FALSE(result->seconds);
    EXPECT_TRUE(result->unknown.empty());
    result = of({cell_of(Context::Task, 0, 0, Gap::DriverFailed),
                 cell_of(Context::Task, 0, 100), cell_of(Context::Task, 0, 15, Gap::TooFew)});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->hopeless);
    EXPECT_TRUE(result->seconds);
}

TEST(Estimate, RoundsUpGenerously)
{
    EXPECT_EQ(round_up_generously(1), 10000U);
    EXPECT_EQ(round_up_generously(240), 300000U);
    EXPECT_EQ(round_up_generously(260), 600000U);
    EXPECT_EQ(round_up_generously(3600), 7200000U);
    EXPECT_EQ(round_up_generously(8 * 86400), 10 * 86400000ULL);
    EXPECT_EQ(round_up_generously(1e18), duration_max_ms);
    EXPECT_EQ(about_text(3), "about 3 s");
    EXPECT_EQ(about_text(85), "about 85 s");
    EXPECT_EQ(about_text(230), "about 4 min");
    EXPECT_EQ(about_text(3 * 3600), "about 3 hours");
    EXPECT_EQ(about_text(2.5 * 86400), "about 3 days");
}

TEST(Estimate, GivesTheCommandLineAgain)
{
    Config config;
    config.exercisers = 1;
    EXPECT_EQ(command_again(config, 300000, {}, {}), "cryptorture run --for 5m");
    // As a status tells what was left to the default.
    config.drivers = {"cbc(aes-generic)", "cbc-aes-aesni"};
    config.contexts = {Context::Task, Context::Softirq, Context::Caller};
    config.disturbers = {Disturber::Timer, Disturber::Preempt, Disturber::Shuffle,
                         Disturber::Ipi,   Disturber::Resched, Disturber::Membarrier};
    config.cpus = "0-1";
    config.load = 10;
    config.timer_hz = timer_hz_default;
    const std::vector<Processor> two{{0, 0, 0, "0", "", ""}, {1, 0, 1, "1", "", ""}};
    EXPECT_EQ(command_again(config, 300000, sample_drivers(), two),
              "cryptorture run --for 5m --load 1%");
    config.drivers = {"cbc(aes-generic)"};
    config.contexts = {Context::Task};
    config.disturbers.emplace();
    config.cpus = "1";
    config.load = load_full;
    config.exercisers = 0;
    config.sizes = "64";
    config.timer_hz = 100;
    EXPECT_EQ(command_again(config, 300000, sample_drivers(), two),
              "cryptorture run --for 5m --drivers 'cbc(aes-generic)' --contexts task --disturb "
              "none --cpus 1 --exercisers 0 --sizes 64 --timer-hz 100");
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
// Whole pools on this machine, with a module that is none. Nothing here depends
// on how fast it is.
#include "exerciser/pool.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <sched.h>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fake_pool.h"
#include "follow/attend.h"
#include "outcome.h"

extern "C" {
void steal_xmm5();
alignas(16) std::byte stolen_lane[16];
}
asm(R"(
    .text
steal_xmm5:
    movaps stolen_lane(%rip), %xmm5
    ret
)");

namespace ct::test {

namespace {

using std::chrono::milliseconds;

std::vector<std::uint32_t> cpus_here()
{
    cpu_set_t set;
    std::vector<std::uint32_t> cpus;
    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE && cpus.size() < 2; ++cpu)
            if (CPU_ISSET(cpu, &set))
                cpus.push_back(cpu);
    return cpus;
}

// On a machine that is busy with something else any thread may stand still for seconds.
constexpr std::chrono::seconds patience{120};

PoolPlan patient(PoolPlan plan)
{
    plan.stop_time = patience;
    return plan;
}

// Until it holds, or for so long that it never will.
template <typename Condition> bool eventually(const Condition &condition)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until)
            return condition();
        std::this_thread::sleep_for(milliseconds(10));
    }
    return true;
}

std::uint64_t checks(const Pool &pool, ThreadEvent event)
{
    return pool.statistics().checks.at(static_cast<std::size_t>(event));
}

std::string joined(Pool &pool)
{
    std::string text;
    for (const std::string &message : pool.messages())
        text += message + "\n";
    return text;
}

} // namespace

TEST(Pool, DoesEverythingAndFindsNothing)
{
    FakeModule module;
    Pool pool(patient({.cpus = cpus_here(), .per_cpu = 2}), module.factory());
    const auto error = pool.start();
    ASSERT_FALSE(error) << error->sentence();
    EXPECT_EQ(pool.size(), 2 * cpus_here().size());
    std::size_t event = 0;
    EXPECT_TRUE(eventually([&] {
        while (event < count_of<ThreadEvent> &&
               (checks(pool, static_cast<ThreadEvent>(event)) > 0 ||
                (static_cast<ThreadEvent>(event) == ThreadEvent::Migrate &&
                 cpus_here().size() < 2)))
            ++event;
        const Statistics so_far = pool.statistics();
        return event == count_of<ThreadEvent> && checks(pool, ThreadEvent::Fork) > 4 &&
               so_far.execs > 2 && so_far.ptraces > 2;
    })) << "no "
        << name(static_cast<ThreadEvent>(event));
    // What a thread did is told with its next call. Some more of all, to find nothing in.
    const std::uint64_t enough = pool.statistics().total() + 2000;
    EXPECT_TRUE(eventually([&] {
        const std::scoped_lock lock(module.mutex);
        return module.tally.checks > 0 && module.tally.barriers > 0 &&
               pool.statistics().total() > enough;
    }));
    pool.stop();
    pool.stop();
    const Statistics statistics = pool.statistics();
    EXPECT_EQ(statistics.differences, 0U) << joined(pool);
    EXPECT_TRUE(module.findings.empty());
    EXPECT_EQ(statistics.calls, module.calls);
    EXPECT_EQ(statistics.operations, module.operations);
    EXPECT_GE(statistics.operations, statistics.calls);
    // Told with the calls; what came after a thread's last one is not.
    EXPECT_GT(module.tally.checks, 0U);
    EXPECT_LE(module.tally.checks, statistics.total());
    EXPECT_GT(module.tally.barriers, 0U);
    EXPECT_LE(module.tally.barriers, statistics.barriers);
    EXPECT_LE(module.tally.migrations, statistics.migrations);
    EXPECT_EQ(joined(pool), "");
}

TEST(Pool, ReportsWhatChangedAndWhoseValueItIs)
{
    const RegisterSets sets = make_register_sets(facts_of_this_cpu());
    const auto other = *ImageMemory::make(sets);
    fill(other.image(), sets, {77, false, 9});
    std::memcpy(stolen_lane, other.image().data() + place::xmm + 2 * lane_size, lane_size);

    FakeModule module;
    module.harm = steal_xmm5;
    module.harm_at = 5;
    Pool pool(patient({.cpus = cpus_here(), .moves = false}), module.factory());
    ASSERT_FALSE(pool.start());
    EXPECT_TRUE(
        eventually([&] { return pool.statistics().differences == cpus_here().size(); }));
    pool.stop();
    ASSERT_EQ(module.findings.size(), cpus_here().size());
    const RegisterFinding &finding = module.findings[0];
    EXPECT_EQ(finding.change.name, "xmm5");
    EXPECT_EQ(finding.change.owner, "xmm2 of exerciser 77, epoch 9");
    EXPECT_EQ(finding.change.event, ThreadEvent::Call);
    EXPECT_EQ(finding.cpu_before, cpus_here().at(finding.change.thread));
    EXPECT_EQ(finding.cpu_after, finding.cpu_before);
    EXPECT_GT(finding.change.epoch, 0U);
    EXPECT_EQ(std::memcmp(finding.actual.data(), stolen_lane, lane_size), 0);
    const auto tag = read_tag(std::as_bytes(std::span(finding.expected)));
    ASSERT_TRUE(tag);
    EXPECT_EQ(tag->register_name(), "xmm5");
    EXPECT_EQ(tag->thread, finding.change.thread);
    EXPECT_TRUE(contains(joined(pool), fmt::format("register xmm5 of exerciser 0 on CPU {} "
                                                   "changed during a call: it holds xmm2 of "
                                                   "exerciser 77, epoch 9\n",
                                                   cpus_here().at(0))));
}

TEST(Pool, DoesOnlyWhatTheRunAsksFor)
{
    FakeModule module;
    Pool pool(patient({.cpus = cpus_here(),
                       .calls = false,
                       .moves = false,
                       .barriers = false,
                       .load = 500}),
              module.factory());
    ASSERT_FALSE(pool.start());
    EXPECT_TRUE(eventually([&] {
        return checks(pool, ThreadEvent::Fork) > 0 && checks(pool, ThreadEvent::Sleep) > 20;
    }));
    pool.stop();
    EXPECT_EQ(checks(pool, ThreadEvent::Call), 0U);
    EXPECT_EQ(checks(pool, ThreadEvent::Migrate), 0U);
    EXPECT_EQ(checks(pool, ThreadEvent::Barrier), 0U);
    EXPECT_EQ(pool.statistics().migrations, 0U);
    EXPECT_EQ(module.calls, 0U);
}

TEST(Pool, StopsByItselfWhenTheRunIsOver)
{
    FakeModule module;
    Pool pool(patient({.cpus = cpus_here()}), module.factory());
    ASSERT_FALSE(pool.start());
    EXPECT_TRUE(eventually([&] { return module.calls > 10; }));
    module.ended = true;
    std::uint64_t before = 0;
    EXPECT_TRUE(eventually([&] {
        const std::uint64_t present = pool.statistics().total();
        return std::exchange(before, present) == present;
    }));
    pool.stop();
    EXPECT_EQ(joined(pool), "");
}

TEST(Pool, GoesOnWhereTheRunIsNotOnItsCpu)
{
    FakeModule module;
    module.absent = true;
    Pool pool(patient({.cpus = cpus_here()}), module.factory());
    ASSERT_FALSE(pool.start());
    EXPECT_TRUE(eventually([&] { return pool.statistics().errors > 3; }));
    module.absent = false;
    EXPECT_TRUE(eventually([&] { return pool.statistics().calls > 3; }));
    pool.stop();
    EXPECT_EQ(joined(pool), "");
}

TEST(Pool, WaitsForACpuThatIsNotThere)
{
    FakeModule module;
    const std::uint32_t absent = 8000;
    Pool pool(patient({.cpus = {cpus_here().at(0), absent}, .load = 100}), module.factory());
    ASSERT_FALSE(pool.start());
    std::string text;
    EXPECT_TRUE(eventually([&] {
        text += joined(pool);
        return contains(text, "exerciser 1 waits for CPU 8000: it is offline");
    }));
    // The other one cannot move there either, and goes on at home.
    EXPECT_TRUE(eventually([&] { return checks(pool, ThreadEvent::Migrate) > 5; }));
    pool.stop();
    EXPECT_EQ(pool.statistics().migrations, 0U);
    EXPECT_EQ(pool.statistics().differences, 0U);
}

TEST(Pool, GoesOnWithThoseThatCouldBeMade)
{
    FakeModule module;
    module.links_max = 3;
    Pool pool(patient({.cpus = cpus_here(), .per_cpu = 4}), module.factory());
    const auto error = pool.start();
    ASSERT_TRUE(error);
    EXPECT_TRUE(error->sentence().starts_with("only 3 of ")) << error->sentence();
    EXPECT_TRUE(contains(error->sentence(), "too many files")) << error->sentence();
    EXPECT_TRUE(contains(error->sentence(), "--exercisers")) << error->sentence();
    EXPECT_TRUE(eventually([&] { return module.calls > 0; }));
    pool.stop();
}

TEST(Pool, LeavesSignalsAsTheyWere)
{
    struct sigaction action = {};
    (void)sigaction(plain_signal(), nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_DFL);
    {
        FakeModule module;
        Pool pool(patient({.cpus = cpus_here()}), module.factory());
        ASSERT_FALSE(pool.start());
        (void)sigaction(plain_signal(), nullptr, &action);
        EXPECT_NE(action.sa_handler, SIG_DFL);
        sigset_t mask;
        (void)pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        EXPECT_FALSE(sigismember(&mask, SIGINT));
        const sigset_t theirs = exerciser_mask();
        EXPECT_TRUE(sigismember(&theirs, SIGINT));
        EXPECT_TRUE(sigismember(&theirs, SIGHUP));
        EXPECT_FALSE(sigismember(&theirs, plain_signal()));
        EXPECT_FALSE(sigismember(&theirs, SIGSEGV));
    }
    (void)sigaction(plain_signal(), nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_DFL);
}

TEST(Notes, TellThingsOnceAndCountFindings)
{
    Notes notes;
    notes.add("one");
    notes.add("one");
    notes.add("two");
    EXPECT_EQ(notes.take(), (std::vector<std::string>{"one", "two"}));
    notes.add("one");
    EXPECT_TRUE(notes.take().empty());
    for (int turn = 0; turn < 20; ++turn)
        notes.add(RegisterFinding{});
    EXPECT_EQ(notes.take().size(), 16U);
    EXPECT_EQ(notes.untold(), 4U);
}

TEST(Schedule, HalfOfItIsCalls)
{
    Schedule schedule({.threads = 2}, 0);
    std::array<unsigned, count_of<ThreadEvent>> seen{};
    std::chrono::nanoseconds now{1};
    for (int turn = 0; turn < 100000; ++turn) {
        ++seen.at(static_cast<std::size_t>(schedule.next(now)));
        now += std::chrono::microseconds(10);
    }
    const auto count = [&](ThreadEvent event) {
        return seen.at(static_cast<std::size_t>(event));
    };
    EXPECT_NEAR(count(ThreadEvent::Call), 50000, 1000);
    for (std::size_t event = 0; event < seen.size(); ++event)
        EXPECT_GT(seen.at(event), 0U) << name(static_cast<ThreadEvent>(event));
    // One second of two threads.
    EXPECT_NEAR(count(ThreadEvent::Fork), 4, 3);
    EXPECT_NEAR(count(ThreadEvent::Exec), 8, 4);
    EXPECT_NEAR(count(ThreadEvent::Ptrace), 16, 6);
    EXPECT_LT(count(ThreadEvent::Barrier), 700U);
}

TEST(Schedule, LeavesOutWhatIsNotWanted)
{
    Schedule schedule({.calls = false, .moves = false, .barriers = false}, 3);
    for (int turn = 0; turn < 10000; ++turn) {
        const ThreadEvent event = schedule.next(std::chrono::microseconds(turn * 100));
        EXPECT_NE(event, ThreadEvent::Call);
        EXPECT_NE(event, ThreadEvent::Migrate);
        EXPECT_NE(event, ThreadEvent::Barrier);
    }
}

TEST(Schedule, EachSeedAndEachThreadHasItsOwn)
{
    const auto events = [](std::uint64_t seed, std::uint64_t thread) {
        Schedule schedule({.seed = seed}, thread);
        std::vector<ThreadEvent> drawn;
        for (int turn = 0; turn < 200; ++turn)
            drawn.push_back(schedule.next(std::chrono::milliseconds(1)));
        return drawn;
    };
    EXPECT_EQ(events(7, 1), events(7, 1));
    EXPECT_NE(events(7, 1), events(8, 1));
    EXPECT_NE(events(7, 1), events(7, 2));
    EXPECT_NE(events(7, 2), events(8, 1));
}

TEST(Pool, FollowsTheConfigurationInForce)
{
    Config config;
    config.cpus = "0-1,5";
    config.exercisers = 3;
    config.contexts = {Context::Task, Context::Caller};
    config.disturbers = {Disturber::Timer, Disturber::Membarrier};
    config.load = 50;
    config.seed = 77;
    const PoolPlan plan = plan_pool(config, "/nowhere");
    EXPECT_EQ(plan.cpus, (std::vector<std::uint32_t>{0, 1, 5}));
    EXPECT_EQ(plan.per_cpu, 3U);
    EXPECT_TRUE(plan.calls);
    EXPECT_FALSE(plan.moves);
    EXPECT_TRUE(plan.barriers);
    EXPECT_EQ(plan.load, 50U);
    EXPECT_EQ(plan.seed, 77U);
    EXPECT_FALSE(plan_pool(Config(), "").calls);
    EXPECT_FALSE(plan_pool(Config(), "").cpus.empty());
    EXPECT_TRUE(plan_pool(Config(), "/nowhere").cpus.empty());
}

} // namespace ct::test

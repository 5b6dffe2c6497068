// SPDX-License-Identifier: GPL-2.0-or-later
// Pools in processes of their own, which tell what they find and may die.
#include "exerciser/pool_process.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <sched.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "fake_pool.h"
#include "machines.h"
#include "outcome.h"

extern "C" {
void steal_xmm5(); // of pool_test.cpp
void die_in_window();
}
asm(R"(
    .text
die_in_window:
    ud2
)");

namespace ct::test {

namespace {

constexpr std::chrono::seconds pool_patience{120};

PoolPlan plan_here()
{
    const int cpu = sched_getcpu();
    return {.cpus = {static_cast<std::uint32_t>(std::max(cpu, 0))},
            .moves = false,
            .stop_time = pool_patience};
}

bool in_time(const std::function<bool()> &condition)
{
    const auto until = std::chrono::steady_clock::now() + pool_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until)
            return condition();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

void take(PoolProcess &pool, std::string &text)
{
    for (const std::string &message : pool.messages())
        text += message + "\n";
}

// Where both processes see it: the process that asked for a link last.
class Whereabouts {
public:
    Whereabouts() : page_(*Mapping::make(sizeof(Place), Mapping::Sharing::WithChild)) {}
    [[nodiscard]] pid_t process() const { return place().process; }
    [[nodiscard]] CallLinkFactory tell(CallLinkFactory inner) const
    {
        return [this, inner = std::move(inner)] {
            place().process = getpid();
            // Not to the sanitizer: it is meant to die of it.
            (void)std::signal(SIGILL, SIG_DFL);
            return inner();
        };
    }

private:
    struct Place {
        std::atomic<pid_t> process{0};
    };
    [[nodiscard]] Place &place() const { return *reinterpret_cast<Place *>(page_.data()); }

    Mapping page_;
};

// Ended, whether or not anybody has waited for it.
bool has_ended(pid_t process)
{
    std::ifstream file(fmt::format("/proc/{}/stat", process));
    std::string text;
    if (!std::getline(file, text))
        return true;
    const std::size_t name_end = text.rfind(") ");
    return name_end == std::string::npos || text.at(name_end + 2) == 'Z';
}

} // namespace

TEST(PoolProcess, TellsWhatItsThreadsFind)
{
    FakeModule module;
    const Whereabouts whereabouts;
    module.harm = steal_xmm5;
    module.harm_at = 5;
    PoolProcess pool(plan_here(), whereabouts.tell(module.factory()));
    ASSERT_FALSE(pool.start());
    std::string text;
    EXPECT_TRUE(in_time([&] {
        take(pool, text);
        return contains(text, "register xmm5 of exerciser 0");
    }));
    EXPECT_NE(whereabouts.process(), getpid());
    pool.stop();
    pool.stop();
    EXPECT_TRUE(has_ended(whereabouts.process()));
    take(pool, text);
    EXPECT_EQ(pool.differences(), 1U) << text;
    EXPECT_EQ(pool.untold(), 0U);
    EXPECT_EQ(pool.deaths(), 0U) << text;
    // Nothing of it was in this process.
    EXPECT_EQ(module.calls, 0U);
}

TEST(PoolProcess, IsStartedAgainWhenItDies)
{
    FakeModule module;
    const Whereabouts whereabouts;
    module.harm = die_in_window;
    module.harm_at = 3;
    PoolProcess pool(plan_here(), whereabouts.tell(module.factory()));
    ASSERT_FALSE(pool.start());
    std::string text;
    EXPECT_TRUE(in_time([&] {
        take(pool, text);
        return contains(text, "not started again");
    })) << text;
    EXPECT_EQ(pool.deaths(), 20U);
    EXPECT_TRUE(text.starts_with(
        "the process of the exercisers died of signal 4 (Illegal instruction): registers or "
        "memory of its own were changed, or this program has a fault; what it had found is "
        "kept, the run goes on, and it is started again\n"))
        << text;
    EXPECT_TRUE(text.ends_with("the run goes on, and it is not started again after 20 times\n"))
        << text;
    pool.stop();
    take(pool, text);
    EXPECT_EQ(pool.deaths(), 20U);
}

TEST(PoolProcess, SaysWhoKilledIt)
{
    FakeModule module;
    const Whereabouts whereabouts;
    PoolProcess pool(plan_here(), whereabouts.tell(module.factory()));
    ASSERT_FALSE(pool.start());
    ASSERT_TRUE(in_time([&] { return whereabouts.process() != 0; }));
    // Those are of the process that follows the run.
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        (void)kill(whereabouts.process(), number);
    const pid_t first = whereabouts.process();
    std::string text;
    take(pool, text);
    EXPECT_EQ(text, "");
    (void)kill(first, SIGKILL);
    EXPECT_TRUE(in_time([&] {
        take(pool, text);
        return contains(text, "died of signal 9 (Killed): it was killed, or memory ran out");
    })) << text;
    EXPECT_TRUE(in_time([&] { return whereabouts.process() != first; }));
    pool.stop();
    take(pool, text);
    EXPECT_EQ(pool.deaths(), 1U) << text;
}

TEST(PoolProcess, TellsWhatKeepsItsThreadsFromStarting)
{
    FakeModule module;
    module.links_max = 0;
    PoolProcess pool(plan_here(), module.factory());
    ASSERT_FALSE(pool.start());
    std::string text;
    EXPECT_TRUE(in_time([&] {
        take(pool, text);
        return contains(text, "only 0 of 1 exercisers could be started");
    })) << text;
    pool.stop();
    EXPECT_EQ(pool.deaths(), 0U);
}

TEST(PoolProcess, EndsWithTheOneThatStartedIt)
{
    FakeModule module;
    const Whereabouts whereabouts;
    const pid_t starter = fork();
    if (starter == 0) {
        PoolProcess pool(plan_here(), whereabouts.tell(module.factory()));
        if (pool.start())
            _exit(1);
        for (;;)
            pause();
    }
    ASSERT_TRUE(in_time([&] { return whereabouts.process() != 0; }));
    (void)kill(starter, SIGKILL);
    EXPECT_TRUE(in_time([&] { return has_ended(whereabouts.process()); }));
    EXPECT_TRUE(has_ended(starter));
}

TEST(Run, IsNotCleanWithoutItsExercisers)
{
    const auto outcome_of = [](Verdict verdict, const std::string &folder) {
        Machine machine;
        machine.open_call_link = []() -> Result<std::unique_ptr<CallLink>> {
            _exit(7);
        };
        machine.begun = [&] {
            machine.status.config.exercisers = 1;
        };
        machine.final_verdict = verdict;
        return execute(machine, {"run", "--for", "2s", "--out", folder});
    };
    Tree clean;
    const auto outcome = outcome_of(Verdict::Clean, clean.root());
    EXPECT_EQ(outcome.status, ExitStatus::Inconclusive);
    EXPECT_TRUE(contains(outcome.err, "the process of the exercisers exited with status 7: "))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "that counts as INCONCLUSIVE")) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with("CLEAN: ")); // what the module has to say
    const auto report = execute_without_module({}, {"report", clean.root()});
    EXPECT_EQ(report.status, ExitStatus::Inconclusive);
    EXPECT_EQ(report.out, outcome.out);
    EXPECT_TRUE(contains(report.err, "that counts as INCONCLUSIVE")) << report.err;
    Tree corrupt;
    EXPECT_EQ(outcome_of(Verdict::Corrupt, corrupt.root()).status, ExitStatus::Corrupt);
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
// Commands that wait for work of the module: what they say meanwhile, and how they end.
#include "session/job_watch.h"

#include <gtest/gtest.h>

#include "fake_kernel.h"
#include "outcome.h"

namespace ct::test {

namespace {

constexpr const char *told_line =
    "cryptorture: looking for drivers: 23 of 51, testing cbc-aes-aesni\n";

// Each look takes 50 ms.
void let_jobs_take(Machine &machine, unsigned looks)
{
    machine.job_looks = looks;
    machine.job.state = JobState::Running;
    machine.job.step = JobStep::Drivers;
    machine.job.done = 23;
    machine.job.total = 51;
    machine.job.what = "cbc-aes-aesni";
}

void interrupt_at(Machine &machine, unsigned look)
{
    machine.at[look] = [&machine] {
        machine.wake.interrupted = true;
    };
}

} // namespace

TEST(JobWatch, SaysALineEveryTwoSecondsWithoutATerminal)
{
    const auto err = [](unsigned looks, const std::vector<std::string> &words) {
        Machine machine;
        let_jobs_take(machine, looks);
        const auto outcome = execute(machine, words);
        EXPECT_EQ(outcome.status, ExitStatus::Clean);
        EXPECT_EQ(lines(execute(machine, {"drivers", "--json"}).out).size(), 3U);
        return outcome.err;
    };
    EXPECT_EQ(err(40, {"drivers"}), "");
    EXPECT_EQ(err(41, {"drivers"}), told_line);
    EXPECT_EQ(err(80, {"drivers"}), told_line);
    EXPECT_EQ(err(100, {"drivers"}), std::string(told_line) + told_line);
    // The time of each job counts for itself.
    EXPECT_EQ(err(100, {"drivers", "--json"}), "");
}

TEST(JobWatch, DrawsALineOnATerminalAndRemovesIt)
{
    const auto err = [](unsigned looks) {
        Machine machine;
        machine.terminal.err = true;
        let_jobs_take(machine, looks);
        return execute(machine, {"drivers"}).err;
    };
    const std::string drawn = "\rlooking for drivers: 23 of 51, testing cbc-aes-aesni\033[K";
    // Nobody could read what is gone again at once.
    EXPECT_EQ(err(4), "");
    EXPECT_EQ(err(5), drawn + "\r\033[K");
    EXPECT_EQ(err(6), drawn + drawn + "\r\033[K");
}

TEST(JobWatch, CancelsWhatIsWaitedForWhenTheEndIsAskedFor)
{
    for (const std::vector<std::string> &words :
         std::vector<std::vector<std::string>>{{"drivers"},
                                               {"drivers", "--json"},
                                               {"start"},
                                               {"run"},
                                               {"run", "--drivers", "cbc*"},
                                               {"bench"},
                                               {"bench", "--timer-rates"},
                                               {"bisect"}}) {
        Machine machine;
        let_jobs_take(machine, 10);
        interrupt_at(machine, 3);
        const auto outcome = execute(machine, words);
        EXPECT_EQ(outcome.status, ExitStatus::Interrupted) << words[0] << outcome.err;
        EXPECT_EQ(outcome.out.find("driver\""), std::string::npos) << outcome.out;
        EXPECT_EQ(outcome.err, "cryptorture: cannot go on: it was cancelled\n") << words[0];
        EXPECT_EQ(times(machine.log, "cancel"), 1U) << words[0];
        EXPECT_EQ(machine.looks, 3U) << words[0];
        EXPECT_FALSE(machine.status.active()) << words[0];
    }
}

TEST(JobWatch, CancelsWhenTheTerminalIsGone)
{
    Machine machine;
    let_jobs_take(machine, 10);
    machine.at[3] = [&machine] {
        machine.wake.hangup = true;
    };
    EXPECT_EQ(execute(machine, {"start"}).status, ExitStatus::Interrupted);
    EXPECT_EQ(times(machine.log, "cancel"), 1U);
    EXPECT_FALSE(machine.status.active());
}

TEST(JobWatch, SaysThatARunHadBegunBeforeItCouldBeCancelled)
{
    Machine machine;
    let_jobs_take(machine, 10);
    interrupt_at(machine, 3);
    machine.cannot_cancel = true;
    auto outcome = execute(machine, {"start"});
    EXPECT_EQ(outcome.status, ExitStatus::Interrupted);
    EXPECT_TRUE(machine.status.active());
    EXPECT_TRUE(contains(outcome.err, "'cryptorture stop' ends it")) << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "had begun before it could be cancelled"));
    // One that is followed is ended, and has its verdict.
    Machine followed;
    let_jobs_take(followed, 10);
    interrupt_at(followed, 3);
    followed.cannot_cancel = true;
    outcome = execute(followed, {"run", "--for", "1d"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_EQ(times(followed.log, "stop"), 1U);
    EXPECT_FALSE(followed.status.active());
}

TEST(JobWatch, WaitsForTheEndOfARunThatWasInterrupted)
{
    Machine machine;
    let_jobs_take(machine, 3);
    interrupt_at(machine, 5); // start is done by then
    const auto outcome = execute(machine, {"run", "--for", "1d"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_TRUE(contains(outcome.out, "CLEAN")) << outcome.out;
    EXPECT_EQ(times(machine.log, "stop"), 1U);
    EXPECT_EQ(times(machine.log, "left"), 0U);
    EXPECT_EQ(times(machine.log, "cancel"), 0U);
    // Nothing is looked for once more.
    EXPECT_EQ(times(machine.log, "drivers"), 0U);
    EXPECT_EQ(times(machine.log, "known drivers"), 1U);
}

TEST(JobWatch, LeavesARunThatIsBeingEnded)
{
    Machine machine;
    (void)execute(machine, {"start", "--for", "1d"});
    let_jobs_take(machine, 10);
    interrupt_at(machine, 3);
    const auto outcome = execute(machine, {"stop"});
    EXPECT_EQ(outcome.status, ExitStatus::Interrupted);
    EXPECT_EQ(times(machine.log, "left"), 1U);
    EXPECT_EQ(times(machine.log, "cancel"), 0U);
    EXPECT_EQ(machine.status.state, State::Stopping);
}

TEST(JobWatch, EndsABisectionAtTheStartOfARun)
{
    Machine machine;
    let_jobs_take(machine, 2);
    interrupt_at(machine, 3); // the search was two
    const auto outcome = execute(machine, {"bisect"});
    EXPECT_EQ(outcome.status, ExitStatus::Interrupted) << outcome.err;
    EXPECT_EQ(times(machine.log, "start"), 1U);
    EXPECT_EQ(times(machine.log, "cancel"), 1U);
    EXPECT_FALSE(contains(outcome.err, "cannot")) << outcome.err;
}

TEST(JobWatch, KeepsTheRatesThatWereMeasuredBefore)
{
    Machine machine;
    machine.job.state = JobState::Running;
    unsigned starts = 0;
    machine.begun = [&] {
        if (++starts == 2) {
            machine.job_looks = 5;
            interrupt_at(machine, machine.looks + 21); // two seconds later, in the next start
        }
    };
    const auto outcome = execute(machine, {"bench", "--timer-rates"});
    EXPECT_EQ(times(machine.log, "cancel"), 1U);
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_TRUE(contains(outcome.out, "most is hit with --timer-hz ")) << outcome.out;
}

} // namespace ct::test

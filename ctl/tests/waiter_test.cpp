// SPDX-License-Identifier: GPL-2.0-or-later
// Real signals, each in a process of its own: what they leave behind is global.
#include "session/waiter.h"

#include <csignal>
#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

namespace ct::test {

namespace {

using std::chrono::milliseconds;

// However busy the machine is, whoever was woken is back within half of it.
constexpr milliseconds long_time{120000};
constexpr milliseconds short_time{50};

// Exits with 10 if only an end was asked for, 11 if only the terminal went away,
// 12 if nothing happened.
[[noreturn]] void wait_after(const std::function<void()> &signal, milliseconds time)
{
    const auto waiter = make_signal_waiter();
    if (!waiter)
        std::_Exit(1);
    signal();
    const auto start = (*waiter)->now();
    Wake wake = (*waiter)->wait(-1, time);
    // A signal ends the waiting at once.
    const bool quick = (*waiter)->now() - start < time / 2;
    if (wake.interrupted && !wake.hangup && quick)
        std::_Exit(10);
    if (wake.hangup && !wake.interrupted && quick)
        std::_Exit(11);
    std::_Exit(wake.interrupted || wake.hangup || quick ? 1 : 12);
}

} // namespace

TEST(WaiterDeath, TakesTheFirstInterruptAsAWish)
{
    EXPECT_EXIT(wait_after([] { (void)raise(SIGINT); }, long_time), testing::ExitedWithCode(10),
                "");
    EXPECT_EXIT(wait_after([] { (void)raise(SIGTERM); }, long_time),
                testing::ExitedWithCode(10), "");
    EXPECT_EXIT(wait_after([] {}, short_time), testing::ExitedWithCode(12), "");
}

TEST(WaiterDeath, LeavesAtTheSecond)
{
    EXPECT_EXIT(wait_after(
                    [] {
                        (void)raise(SIGINT);
                        (void)raise(SIGTERM);
                    },
                    long_time),
                testing::ExitedWithCode(130),
                "cryptorture: interrupted again, leaving without a verdict");
}

TEST(WaiterDeath, NoticesThatTheTerminalIsGone)
{
    EXPECT_EXIT(wait_after([] { (void)raise(SIGHUP); }, long_time), testing::ExitedWithCode(11),
                "");
    // Under nohup it was told not to care.
    EXPECT_EXIT(
        {
            (void)std::signal(SIGHUP, SIG_IGN);
            wait_after([] { (void)raise(SIGHUP); }, short_time);
        },
        testing::ExitedWithCode(12), "");
}

TEST(WaiterDeath, RemembersAnEarlierInterrupt)
{
    EXPECT_EXIT(
        {
            const auto waiter = make_signal_waiter();
            (void)raise(SIGINT);
            (void)(*waiter)->wait(-1, milliseconds(1));
            std::_Exit((*waiter)->wait(-1, milliseconds(0)).interrupted ? 10 : 1);
        },
        testing::ExitedWithCode(10), "");
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/stop_word.h"

#include <climits>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ct {

timespec to_timespec(std::chrono::nanoseconds time)
{
    constexpr std::int64_t second = 1000000000;
    return {time.count() / second, time.count() % second};
}

void StopWord::stop()
{
    word_ = 1;
    (void)syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

void StopWord::sleep(std::chrono::nanoseconds time) const
{
    const timespec limit = to_timespec(time);
    (void)syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, 0, &limit, nullptr, 0);
}

void StopWord::prepare_sleep(Action &action, const timespec &time) const
{
    action.kind = ActionKind::Syscall;
    action.number = SYS_futex;
    action.arguments = {reinterpret_cast<long>(&word_),
                        FUTEX_WAIT_PRIVATE,
                        0,
                        reinterpret_cast<long>(&time),
                        0,
                        0};
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Times of requests.
#ifndef CRYPTORTURE_TESTS_LATENCY_CLOCK_H
#define CRYPTORTURE_TESTS_LATENCY_CLOCK_H

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <vector>

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

inline long us_since(Clock::time_point begun)
{
    return std::chrono::duration_cast<Microseconds>(Clock::now() - begun).count();
}

inline long median(std::vector<long> all)
{
    if (all.empty())
        return 0;
    const auto middle = all.begin() + static_cast<long>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
}

inline long worst(const std::vector<long> &all)
{
    return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
}

// Before everything that a run at full load has the CPUs for. With SCHED_RESET_ON_FORK
// not what it starts.
inline void in_real_time(int priority, int more = 0)
{
    const sched_param parameters{.sched_priority = priority};
    if (sched_setscheduler(0, SCHED_FIFO | more, &parameters)) {
        std::perror("sched_setscheduler");
        std::exit(2);
    }
}

#endif // CRYPTORTURE_TESTS_LATENCY_CLOCK_H

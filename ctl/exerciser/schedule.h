// SPDX-License-Identifier: GPL-2.0-or-later
// What an exerciser does next: half of its windows are calls, and what other
// threads notice too is limited for the whole pool.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "record/words.h"

namespace ct {

struct Mixture {
    bool calls = true;    // the run has the caller context
    bool moves = true;    // and the disturber shuffle, and more than one CPU
    bool barriers = true; // and the disturber membarrier
    std::uint32_t threads = 1;
    std::uint64_t seed = 0; // of the run
};

class Schedule {
public:
    Schedule(const Mixture &mixture, std::uint64_t thread);

    // now: of a clock that never goes back.
    [[nodiscard]] ThreadEvent next(std::chrono::nanoseconds now);
    // Below the bound, which is not 0.
    [[nodiscard]] std::uint32_t random(std::uint32_t bound);

private:
    using Times = std::array<std::chrono::nanoseconds, count_of<ThreadEvent>>;

    [[nodiscard]] ThreadEvent timed(std::chrono::nanoseconds now);

    bool calls_;
    bool timed_before_ = false; // so that on slow machines not all is of that kind
    std::uint64_t state_;
    Times every_{}; // 0: not by time, or never
    Times due_{};
};

} // namespace ct

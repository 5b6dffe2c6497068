// SPDX-License-Identifier: GPL-2.0-or-later
// The word that all threads of a pool check, and sleep on.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>

#include "registers/window.h"

namespace ct {

class StopWord {
public:
    [[nodiscard]] bool stopped() const { return word_.load(std::memory_order_relaxed) != 0; }
    void stop(); // wakes all that sleep
    // Until that time has passed or the end comes.
    void sleep(std::chrono::nanoseconds time) const;
    // The same as the action of a window; time has to outlive it.
    void prepare_sleep(Action &action, const timespec &time) const;

private:
    std::atomic<std::uint32_t> word_{0};
    static_assert(sizeof(word_) == sizeof(std::uint32_t)); // as futex(2) wants it
};

[[nodiscard]] timespec to_timespec(std::chrono::nanoseconds time);

} // namespace ct

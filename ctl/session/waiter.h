// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting for an event, for a signal, or for time to pass.
#pragma once

#include <chrono>
#include <memory>

#include "base/error.h"

namespace ct {

struct Wake {
    bool interrupted = false; // SIGINT or SIGTERM came, now or before
    bool hangup = false;      // SIGHUP came: the terminal is gone
    bool enough = false;      // the run has shown what it was started for
};

class Waiter {
public:
    Waiter() = default;
    Waiter(const Waiter &) = delete;
    Waiter &operator=(const Waiter &) = delete;
    virtual ~Waiter() = default;

    // Until the descriptor is readable, a signal comes or the time is over.
    [[nodiscard]] virtual Wake wait(int descriptor, std::chrono::milliseconds time) = 0;
    // A clock that never goes back.
    [[nodiscard]] virtual std::chrono::nanoseconds now() const = 0;
};

// Based on poll(). From here on SIGINT and SIGTERM request an end; the second one
// ends the program at once with status 130, even while it waits.
[[nodiscard]] Result<std::unique_ptr<Waiter>> make_signal_waiter();

} // namespace ct

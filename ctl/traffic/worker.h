// SPDX-License-Identifier: GPL-2.0-or-later
// A thread that can be told to stop while it waits for sockets. Signals are for other threads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>

#include <poll.h>
#include <pthread.h>

#include "base/descriptor.h"
#include "base/error.h"

namespace ct {

class Worker {
public:
    Worker() = default;
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;
    ~Worker() { stop(); }

    // A new thread prepares, and if that went well, runs; gives what preparing gave.
    [[nodiscard]] Result<void> start(std::function<Result<void>()> prepare,
                                     std::function<void()> run);
    // Ends its waiting, and waits until the thread has returned.
    void stop();

    // For the thread itself:
    [[nodiscard]] bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
    // Until one is ready, but not longer than that, nor after stop(). Descriptors below 0 are
    // left out.
    void wait(std::initializer_list<pollfd> ready, std::chrono::nanoseconds most) const;
    void wait(std::chrono::nanoseconds most) const { wait({}, most); }

private:
    static void *enter(void *worker);

    std::function<Result<void>()> prepare_;
    std::function<void()> run_;
    std::optional<pthread_t> thread_;
    std::atomic<bool> stopping_{false};
    Descriptor stop_{-1};
    // How preparing went, once that is known.
    std::atomic<bool> prepared_{false};
    Result<void> outcome_;
};

} // namespace ct

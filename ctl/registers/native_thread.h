// SPDX-License-Identifier: GPL-2.0-or-later
// A thread with a small stack and a signal mask of its own from the beginning,
// that can be waited for with a limit.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <pthread.h>

#include "base/error.h"

namespace ct {

class NativeThread {
public:
    // Signals in the mask are blocked in the thread.
    [[nodiscard]] static Result<NativeThread> start(std::function<void()> body,
                                                    const sigset_t &mask);
    NativeThread(const NativeThread &) = delete;
    NativeThread &operator=(const NativeThread &) = delete;
    NativeThread(NativeThread &&other) noexcept;
    NativeThread &operator=(NativeThread &&) = delete;
    ~NativeThread(); // waits

    // False if it does not end in time; then it goes on by itself, and
    // everything that it works with has to be its own.
    [[nodiscard]] bool join(std::chrono::steady_clock::time_point until);

private:
    explicit NativeThread(pthread_t thread) : thread_(thread) {}

    std::optional<pthread_t> thread_;
};

} // namespace ct

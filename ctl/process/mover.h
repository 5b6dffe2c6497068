// SPDX-License-Identifier: GPL-2.0-or-later
// Moves threads to another CPU while they are in the middle of something.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "process/cpu_mask.h"
#include "registers/native_thread.h"

namespace ct {

class Mover {
public:
    // One thread's wish; it has to outlive its settling, and the mover's end.
    struct Request {
        int thread = 0;
        CpuMask target{0};
        std::atomic<std::uint32_t> moved{0}; // 1 as soon as it is over
        long result = 0;                     // 0 or a negative errno; once moved is 1

    private:
        friend class Mover;
        enum State : std::uint32_t { Idle, Wanted, Moving };
        std::atomic<std::uint32_t> state{Idle};
    };

    Mover() = default;
    Mover(const Mover &) = delete;
    Mover &operator=(const Mover &) = delete;
    ~Mover() { stop(); }

    [[nodiscard]] Result<void> start();
    void stop();

    // Soon, from another thread. Neither waits nor allocates much.
    void ask(Request &request);
    // By the thread that asked: withdraws, or waits until it is over. Whether it
    // was moved.
    [[nodiscard]] static bool settle(Request &request);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable bell_;
    std::deque<Request *> waiting_;
    bool ending_ = false;
    std::optional<NativeThread> thread_;
};

} // namespace ct

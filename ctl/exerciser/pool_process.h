// SPDX-License-Identifier: GPL-2.0-or-later
// A pool in a process of its own. A fault of the kernel may change the registers of its
// threads, and with them the state of the process: then it dies, and the process that
// records findings goes on.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "exerciser/pool.h"
#include "registers/mapping.h"

namespace ct {

// Of the process and its threads, as ps(1) shows it.
inline constexpr const char *pool_name = "cryptorture-ex";

class PoolProcess {
public:
    PoolProcess(PoolPlan plan, CallLinkFactory open_link)
        : plan_(std::move(plan)), open_link_(std::move(open_link))
    {
    }
    PoolProcess(const PoolProcess &) = delete;
    PoolProcess &operator=(const PoolProcess &) = delete;
    ~PoolProcess() { stop(); }

    // Only the process: what keeps its threads from starting is among the messages.
    [[nodiscard]] std::optional<Error> start();
    // Ends it; one that hangs in the kernel is left behind.
    void stop();

    // Findings and complaints since the last call. A process that has died is reported, and
    // started again unless that happens too often.
    [[nodiscard]] std::vector<std::string> messages();
    // Registers that changed, and those of them that messages() leaves out.
    [[nodiscard]] std::uint64_t differences() const { return count(&Counts::differences); }
    [[nodiscard]] std::uint64_t untold() const { return count(&Counts::untold); }
    // Times that it died without being asked to end.
    [[nodiscard]] std::uint64_t deaths() const { return deaths_; }

private:
    // In memory of both: they outlive the pool.
    struct Counts {
        std::atomic<std::uint64_t> differences{0};
        std::atomic<std::uint64_t> untold{0};
    };
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

    [[nodiscard]] std::optional<Error> make_process();
    // In the new process, and never back.
    [[noreturn]] void enter(int socket, pid_t parent);
    void serve(int socket);
    // Everything that has come; false when the other end is closed.
    [[nodiscard]] bool receive();
    [[nodiscard]] std::string bury();
    // Its status, if it is over by then.
    [[nodiscard]] std::optional<int> reap(std::chrono::steady_clock::time_point until);
    void close_socket();
    [[nodiscard]] std::uint64_t count(std::atomic<std::uint64_t> Counts::*member) const
    {
        return counts_ != nullptr ? (counts_->*member).load() : 0;
    }

    PoolPlan plan_;
    CallLinkFactory open_link_;
    Mapping shared_;
    Counts *counts_ = nullptr; // in it
    pid_t process_ = -1;
    int socket_ = -1;
    std::vector<std::string> messages_; // received and not yet returned
    std::uint64_t deaths_ = 0;
};

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// A module for a pool: a pipe takes the ioctls of its calls. It keeps what it is
// told, and can do harm to a register in place of an operation.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "kernel/call_link.h"

namespace ct::test {

struct FakeModule {
    std::mutex mutex;
    std::vector<RegisterFinding> findings;
    CallTally tally; // all that came
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> operations{0};
    std::atomic<std::uint64_t> links{0};
    std::uint64_t links_max = UINT64_MAX;
    std::uint64_t harm_at = 0;       // which call of each thread; 0: none
    void (*harm)() = nullptr;        // see CallRequest::instead
    std::atomic<bool> ended{false};  // answers that no run is on
    std::atomic<bool> absent{false}; // answers that it is not on this CPU

    [[nodiscard]] CallLinkFactory factory();
};

} // namespace ct::test

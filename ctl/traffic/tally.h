// SPDX-License-Identifier: GPL-2.0-or-later
// What one flow has counted and found, written by its threads and read by others.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "traffic/flow.h"

namespace ct {

// Nanoseconds of the steady clock.
[[nodiscard]] std::uint64_t steady_ns();

class FlowTally {
public:
    explicit FlowTally(const FlowPlan &plan);

    void sent(std::uint64_t count) { sent_.fetch_add(count, std::memory_order_relaxed); }
    // count: as FlowCounts has it. Ends all trouble of that direction.
    void received(std::uint64_t count, std::uint64_t bytes, bool backwards);
    void reconnected() { reconnects_.fetch_add(1, std::memory_order_relaxed); }
    void refused() { refused_.fetch_add(1, std::memory_order_relaxed); }
    // Until the next that is received in that direction.
    void trouble(std::string why, bool backwards);

    // Fills in flow and time.
    void wrong(Reached reached);
    // The last that was wrong in that direction goes on until `end`, through all of what was
    // received next.
    void wrong_further(bool backwards, std::uint64_t end, PacketView expected,
                       PacketView actual);
    // From the first difference on; nothing: there is none.
    static void keep_bytes(Reached &reached, PacketView expected, PacketView actual);

    // Nothing is expected any more.
    void at_rest() { at_rest_ = true; }
    [[nodiscard]] FlowCounts counts() const;
    [[nodiscard]] std::vector<Reached> take();

private:
    [[nodiscard]] std::string standstill() const;
    void add(Reached reached);

    FlowKind kind_;
    std::uint32_t flow_;
    std::uint64_t patience_;
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<std::uint64_t> received_{0};
    std::atomic<std::uint64_t> payload_{0};
    std::atomic<std::uint64_t> wrong_{0};
    std::atomic<std::uint64_t> reconnects_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<bool> at_rest_{false};
    // Of each direction:
    std::array<std::atomic<std::uint64_t>, 2> arrived_{}; // the last, steady clock
    std::array<std::atomic<bool>, 2> troubled_{};
    mutable std::mutex mutex_; // of what follows
    std::array<std::string, 2> trouble_;
    std::vector<Reached> reached_;
};

} // namespace ct

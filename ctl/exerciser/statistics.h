// SPDX-License-Identifier: GPL-2.0-or-later
// What exercisers have done.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <numeric>

#include "record/words.h"

namespace ct {

struct Statistics {
    std::array<std::uint64_t, count_of<ThreadEvent>> checks{}; // good and bad, by event
    std::uint64_t differences = 0;                             // registers that changed
    std::uint64_t calls = 0;                                   // that the module answered
    std::uint64_t operations = 0;                              // of these
    std::uint64_t mismatches = 0;                              // among these
    std::uint64_t migrations = 0;
    std::uint64_t barriers = 0;
    std::uint64_t execs = 0;         // that started a new program
    std::uint64_t ptraces = 0;       // from the first stop to the last word of the tracee
    std::uint64_t displacements = 0; // times that a thread found itself on another CPU
    std::uint64_t errors = 0;        // what could not be done, or not be reported

    [[nodiscard]] std::uint64_t total() const
    {
        return std::accumulate(checks.begin(), checks.end(), std::uint64_t{0});
    }
};

// Written by one thread, read by others.
class Counter {
public:
    void add(std::uint64_t count = 1)
    {
        value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

struct Counters {
    std::array<Counter, count_of<ThreadEvent>> checks;
    Counter differences;
    Counter calls;
    Counter operations;
    Counter mismatches;
    Counter migrations;
    Counter barriers;
    Counter execs;
    Counter ptraces;
    Counter displacements;
    Counter errors;

    void add_to(Statistics &sum) const
    {
        for (std::size_t event = 0; event < checks.size(); ++event)
            sum.checks.at(event) += checks.at(event).value();
        sum.differences += differences.value();
        sum.calls += calls.value();
        sum.operations += operations.value();
        sum.mismatches += mismatches.value();
        sum.migrations += migrations.value();
        sum.barriers += barriers.value();
        sum.execs += execs.value();
        sum.ptraces += ptraces.value();
        sum.displacements += displacements.value();
        sum.errors += errors.value();
    }
};

} // namespace ct

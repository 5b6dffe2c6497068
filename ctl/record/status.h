// SPDX-License-Identifier: GPL-2.0-or-later
// The current run, or the last one, as the module reports it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/config.h"
#include "record/words.h"

namespace ct {

struct Version {
    std::string module;
    std::string kernel; // release, as of uname -r

    friend bool operator==(const Version &, const Version &) = default;
};

// What a disturber of the run has done.
struct DisturberCount {
    Disturber disturber = Disturber::Timer;
    std::uint64_t count = 0; // times that it disturbed
    std::string reason;      // why it cannot work here; empty when it can

    friend bool operator==(const DisturberCount &, const DisturberCount &) = default;
};

struct Status {
    std::uint64_t run = 0; // number since the module was loaded, from 1
    State state = State::Idle;
    Verdict verdict = Verdict::None;
    End end = End::None;
    std::string failure; // empty unless something went wrong
    Config config;
    std::uint64_t seed = 0;
    std::uint64_t elapsed_ns = 0;
    std::uint64_t started_ns = 0; // wall clock, since 1970
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0;      // of text
    std::uint64_t blocks = 0;     // of 16 bytes
    std::uint64_t mismatches = 0; // all, the injected ones too
    std::uint64_t injected = 0;
    std::uint64_t injected_found = 0;
    std::uint64_t records = 0;     // made so far, numbered from 1
    std::uint64_t overwritten = 0; // no longer in the ring
    std::uint64_t unrecorded = 0;  // mismatches without a record
    std::uint64_t interruptions = 0;
    std::uint64_t fpu_hits = 0;
    std::uint64_t preemptions = 0;
    std::uint64_t nested = 0;
    std::uint64_t nested_fpu = 0;
    std::uint32_t cells_planned = 0;
    std::uint32_t cells_reached = 0;
    std::uint64_t memory = 0; // bytes
    std::uint64_t vectors = 0;
    std::vector<std::uint8_t> digest;       // 32 bytes, or none yet
    std::vector<DisturberCount> disturbers; // one for each that was asked for
    std::optional<std::array<std::uint64_t, 16>> sweep;
    std::optional<std::uint32_t> defaults_changed;
    std::uint64_t starved = 0; // refused for want of memory: not counted above
    std::uint64_t nested_user = 0;
    std::uint64_t fallbacks = 0;
    std::uint64_t migrations = 0;
    std::uint64_t async = 0;      // completed later than the call returned
    std::uint64_t reordered = 0;  // of these, before one submitted earlier
    std::uint64_t backlogged = 0; // of these, through a driver's backlog
    std::uint64_t register_checks = 0;
    std::uint64_t register_mismatches = 0; // among the mismatches
    std::uint64_t mismatches_void = 0;     // of these, of damaged expected results
    std::uint64_t reference_checks = 0;    // vectors computed on two CPUs and compared
    std::uint32_t cells_exempt = 0;        // not applicable
    bool fpu_nests = false;                // softirqs run inside a task's FPU section here
    std::optional<std::uint64_t> job;      // number of the one that the module is doing

    [[nodiscard]] bool active() const
    {
        return state == State::Running || state == State::Stopping;
    }

    friend bool operator==(const Status &, const Status &) = default;
};

} // namespace ct

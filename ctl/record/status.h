// SPDX-License-Identifier: GPL-2.0-or-later
// The current run, or the last one, as the module reports it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/config.h"
#include "record/counters.h"
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

struct Status : RunCounters, VerdictCounters {
    std::uint64_t run = 0; // number since the module was loaded, from 1
    State state = State::Idle;
    Verdict verdict = Verdict::None;
    End end = End::None;
    std::string failure; // empty unless something went wrong
    Config config;
    std::uint64_t seed = 0;
    std::uint64_t records = 0; // made so far, numbered from 1
    std::uint32_t cells_planned = 0;
    std::uint32_t cells_reached = 0;
    std::vector<std::uint8_t> digest;       // 32 bytes, or none yet
    std::vector<DisturberCount> disturbers; // one for each that was asked for
    std::optional<std::array<std::uint64_t, 16>> sweep;
    std::optional<std::uint32_t> defaults_changed;
    std::uint32_t cells_exempt = 0;   // not applicable
    bool fpu_nests = false;           // softirqs run inside a task's FPU section here
    std::optional<std::uint64_t> job; // number of the one that the module is doing

    [[nodiscard]] bool active() const
    {
        return state == State::Running || state == State::Stopping;
    }

    friend bool operator==(const Status &, const Status &) = default;
};

} // namespace ct

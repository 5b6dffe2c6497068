// SPDX-License-Identifier: GPL-2.0-or-later
// The present run, or the last one, as the module tells it.
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
    std::string kernel; // release, as uname -r tells it
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
    std::vector<std::uint8_t> digest; // 32 bytes, or none yet
    std::uint64_t timer_fired = 0;
    std::uint64_t preempt_woken = 0;
    std::optional<std::array<std::uint64_t, 16>> sweep;
    std::optional<std::uint32_t> defaults_changed;
    std::uint64_t starved = 0; // refused for want of memory: not counted above

    [[nodiscard]] bool active() const
    {
        return state == State::Running || state == State::Stopping;
    }
};

} // namespace ct

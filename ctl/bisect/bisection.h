// SPDX-License-Identifier: GPL-2.0-or-later
// The result of a bisection.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bisect/fault.h"
#include "bisect/oracle.h"
#include "bisect/showings.h"
#include "record/config.h"

namespace ct {

// One run of it.
struct Trial {
    std::uint64_t number = 0; // from 1; the first is with everything
    Config config;            // duration: the longest that it may take
    Sight sight = Sight::Over;
    std::uint64_t chances = 0; // see Fault::chances()
    std::uint64_t elapsed_ns = 0;
    std::string reason; // why there is no such run here; empty otherwise
};

enum class BisectionEnd {
    Narrowed,    // nothing more can be left out
    Vanished,    // the fault stopped showing
    OutOfTime,   // --for is over
    Interrupted, // an end was asked for
    Failed,      // see the error that was reported
};

template <>
inline constexpr std::array<std::string_view, 5> names<BisectionEnd>{
    "narrowed", "vanished", "out-of-time", "interrupted", "failed"};

// What the smallest set has, tried without it.
struct Need {
    std::string thing; // "disturber timer"
    bool possible = true;
    std::string reason;        // why it cannot be left out, or could not be tried
    std::uint64_t shown = 0;   // times, but not reliably
    std::uint64_t silence = 0; // chances without the fault
    std::uint64_t elapsed_ns = 0;
    double confidence = 0; // with which it would have shown if this made no difference
};

struct Bisection {
    BisectionEnd end = BisectionEnd::Failed;
    Fault fault;
    Config everything; // what the search began with
    Config smallest;   // that was seen to show it
    std::string command;
    Showings shown;           // of the smallest, in as many trials, none of which was silent
    double confidence = 0.95; // that was asked for
    std::vector<Need> needs;
    std::vector<std::pair<std::string, std::uint64_t>> others; // other faults, and records
    std::vector<Trial> trials;
    std::uint64_t elapsed_ns = 0;
};

} // namespace ct

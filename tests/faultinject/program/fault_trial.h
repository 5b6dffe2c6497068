// SPDX-License-Identifier: GPL-2.0-or-later
// Trials of the detector itself: a known fault, or none, and what was
// found and diagnosed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/diagnosis.h"

namespace ct {

enum class TrialKind {
    Fault, // one was injected
    Idle,  // cryptorture_busted was there, and did nothing
    Clean, // it was not
};

template <>
inline constexpr std::array<std::string_view, 3> names<TrialKind>{"fault", "idle", "clean"};

struct FaultTrial {
    TrialKind kind = TrialKind::Fault;
    std::string fault;             // by its name in cryptorture_busted; else empty
    std::string mechanism;         // in words
    std::optional<BugClass> truth; // its class
    std::string problem;           // why it could not be made; empty if it was
    std::uint64_t mismatches = 0;  // until the run ended, which the first one does
    double seconds = 0;            // that it took
    std::uint64_t operations = 0;  // by then
    std::uint64_t done = 0;        // times that damage was done, in all
    std::uint64_t records = 0;     // diagnosed
    std::optional<BugClass> named;
    Confidence confidence = Confidence::None;
    bool impossible = false; // this machine or kernel lacks what the fault needs: see problem

    [[nodiscard]] bool found() const { return mismatches > 0; }
    // Found and named; or, where there was nothing to find, nothing found.
    [[nodiscard]] bool right() const;
};

// The result of all trials. A class counts as found or named if every trial of it was
// that was possible; it does not count if none was.
struct Selftest {
    // Of the classes tried, so many of a hundred must be named: 14 of 17.
    static constexpr std::size_t named_percent = 80;

    std::vector<FaultTrial> trials;

    [[nodiscard]] std::size_t classes() const;
    [[nodiscard]] std::size_t classes_found() const;
    [[nodiscard]] std::size_t classes_named() const;
    [[nodiscard]] bool false_alarm() const;
    // Some fault of the class was possible.
    [[nodiscard]] bool tried(BugClass bug_class) const;
    [[nodiscard]] bool passed() const;
};

} // namespace ct

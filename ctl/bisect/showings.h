// SPDX-License-Identifier: GPL-2.0-or-later
// How long silence must last to mean absence, derived from how long it took until the fault
// showed. A chance is an event that can show it: an operation of its driver, a check of
// registers.
//
// If the fault shows at random with one rate, the chances between two showings are
// exponential, and whatever that rate is, with n showings within X chances the next one is
// still out after N more with the probability (X / (X + N))^n. This is exact; nothing is
// assumed of how well the rate is known.
#pragma once

#include <cstdint>

namespace ct {

struct Showings {
    std::uint64_t count = 0;
    std::uint64_t chances = 0; // until they came, together
    std::uint64_t elapsed_ns = 0;

    // One more.
    void add(std::uint64_t more, std::uint64_t nanoseconds);
    void add(const Showings &others);
};

// Chances without the fault that would come with the probability 1 - confidence if nothing
// had changed. At least 1; UINT64_MAX without any showing.
[[nodiscard]] std::uint64_t silence_needed(const Showings &seen, double confidence);

// The confidence that so much silence gives: 0 without any showing.
[[nodiscard]] double confidence_of(const Showings &seen, std::uint64_t silence);

} // namespace ct

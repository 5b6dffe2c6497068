// SPDX-License-Identifier: GPL-2.0-or-later
// Decides whether a set of factors shows the fault, by trials, for the fault does
// not show every time.
#pragma once

#include <cstdint>
#include <optional>

#include "bisect/factors.h"

namespace ct {

// Result of a trial.
enum class Sight {
    Shown,   // a proof
    Silent,  // not seen
    Refused, // there is no such run here
    Over,    // no trial, or only a part of one: no time is left, an end was asked for, an error
};

template <>
inline constexpr std::array<std::string_view, 4> names<Sight>{"shown", "silent", "refused",
                                                              "over"};

struct Observation {
    Sight sight = Sight::Over;
    std::uint64_t chances = 0; // that the fault had, see bisect/showings.h
    std::uint64_t elapsed_ns = 0;
};

// How long to wait for the fault; an oracle has bounds of its own.
struct Patience {
    std::optional<std::uint64_t> chances;
    std::optional<std::uint64_t> elapsed_ns;
};

class Oracle {
public:
    Oracle() = default;
    Oracle(const Oracle &) = delete;
    Oracle &operator=(const Oracle &) = delete;
    virtual ~Oracle() = default;

    // Ends as soon as the fault has shown.
    [[nodiscard]] virtual Observation ask(const FactorSet &members,
                                          const Patience &patience) = 0;
};

} // namespace ct

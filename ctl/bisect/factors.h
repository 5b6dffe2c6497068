// SPDX-License-Identifier: GPL-2.0-or-later
// What can be switched off in a run, one by one, and what cannot.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bisect/fault.h"
#include "record/config.h"
#include "record/mismatch.h"
#include "record/words.h"

namespace ct {

// In the order in which they are gone through: a run with fewer drivers and contexts does
// more of what is left in a second.
enum class Dimension { Drivers, Contexts, Disturbers, Exercisers, Cpus, Sizes };

template <>
inline constexpr std::array<std::string_view, 6> names<Dimension>{
    "drivers", "contexts", "disturbers", "exercisers", "CPUs", "sizes"};

// Of these it matters only how many there are, and the first ones are always kept: the
// second exerciser is no other than the first, and a wider range of sizes has the narrower.
[[nodiscard]] constexpr bool counted(Dimension dimension)
{
    return dimension == Dimension::Exercisers || dimension == Dimension::Sizes;
}

// A run without exercisers or disturbers is one; without the others it is none.
[[nodiscard]] constexpr bool can_be_empty(Dimension dimension)
{
    return dimension == Dimension::Disturbers || dimension == Dimension::Exercisers;
}

struct Factor {
    Dimension dimension = Dimension::Drivers;
    std::string name;      // as the option takes it
    bool required = false; // the fault is in it: without it there is nothing to search for
    bool hinted = false;   // it was there when the fault was seen first
    bool needs_exercisers = false;
};

// Places in the list of factors, ascending.
using FactorSet = std::vector<std::size_t>;

class Factors {
public:
    // Those of one dimension stand together.
    explicit Factors(std::vector<Factor> list) : list_(std::move(list)) {}

    [[nodiscard]] const Factor &operator[](std::size_t place) const { return list_[place]; }
    [[nodiscard]] std::size_t size() const { return list_.size(); }
    [[nodiscard]] FactorSet all() const;
    // Those of the members that are of the dimension.
    [[nodiscard]] FactorSet members_in(const FactorSet &members, Dimension dimension) const;
    // There is such a run, and the fault could show in it.
    [[nodiscard]] bool possible(const FactorSet &members) const;

private:
    std::vector<Factor> list_;
};

[[nodiscard]] FactorSet without(const FactorSet &members, const FactorSet &removed);
[[nodiscard]] FactorSet together(const FactorSet &one, const FactorSet &other);

// in_force: of the run in which the record was made.
[[nodiscard]] Factors factors_of(const Config &in_force, const Mismatch &record);

// The configuration with just these factors; the rest of it as in base.
[[nodiscard]] Config config_of(const Factors &factors, const FactorSet &members, Config base);

} // namespace ct

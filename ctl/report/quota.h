// SPDX-License-Identifier: GPL-2.0-or-later
// Which records of a run are kept: all, until there are many; then only the first
// of each kind, so that a storm hides nothing and fills nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "record/mismatch.h"

namespace ct {

class Kinds {
public:
    explicit Kinds(std::size_t most) : most_(most) {}

    // Whether this record is the first of its kind, and there are not too many kinds.
    [[nodiscard]] bool fresh(const Mismatch &record);

private:
    // driver, direction, context, bits of What, injected
    using Kind = std::tuple<std::string, Direction, Context, std::uint32_t, bool>;

    std::size_t most_;
    std::set<Kind> kinds_;
};

class Quota {
public:
    struct Limits {
        std::size_t real;     // records of any kind
        std::size_t injected; // the same; they must not displace those that count
        std::size_t kinds;    // beyond these

        [[nodiscard]] constexpr std::size_t most() const { return real + injected + kinds; }
    };

    explicit Quota(const Limits &limits) : limits_(limits), kinds_(limits.kinds) {}

    // Whether this record, the next one of the run, is to be kept.
    [[nodiscard]] bool take(const Mismatch &record);

    [[nodiscard]] std::uint64_t taken() const { return real_ + injected_; }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    Limits limits_;
    Kinds kinds_;
    std::uint64_t real_ = 0;
    std::uint64_t injected_ = 0;
    std::uint64_t left_out_ = 0;
};

} // namespace ct

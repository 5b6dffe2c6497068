// SPDX-License-Identifier: GPL-2.0-or-later
// Which records of a run are written down: all, until there are many; then only
// the first of each kind, so that a storm hides nothing and fills no disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "record/mismatch.h"

namespace ct {

class Quota {
public:
    static constexpr std::size_t records_max = 10000; // of any kind; about 60 MB
    static constexpr std::size_t kinds_max = 2000;    // beyond these
    static constexpr std::size_t most = records_max + kinds_max;

    // Whether this record, the next one of the run, is to be written.
    [[nodiscard]] bool take(const Mismatch &record);

    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    // driver, direction, context, bits of What
    using Kind = std::tuple<std::string, Direction, Context, std::uint32_t>;

    std::set<Kind> kinds_;
    std::uint64_t taken_ = 0;
    std::uint64_t left_out_ = 0;
};

} // namespace ct

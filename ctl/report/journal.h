// SPDX-License-Identifier: GPL-2.0-or-later
// The records of one run as they come in: what was obtained, what was passed
// over. Numbers run from 1 without gaps, so a gap is a loss.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "record/mismatch.h"
#include "record/status.h"

namespace ct {

// What the records of one driver, CPU, context and direction have in common.
struct Tally {
    std::uint64_t records = 0;
    std::uint64_t injected = 0;
    std::uint64_t moved = 0; // began on one CPU, ended on another
    std::uint32_t what = 0;  // bits of What
    std::uint64_t first = 0; // number of the first record

    friend bool operator==(const Tally &, const Tally &) = default;
};

class Journal {
public:
    using Key = std::tuple<std::string, std::uint32_t, Context, Direction>;

    // Keeps the first records whole, counts all of them.
    static constexpr std::size_t keep = 16;

    explicit Journal(std::uint64_t run) : run_(run) {}
    // As it was when it was written down. lost: see lost().
    Journal(const Status &status, std::uint64_t obtained, std::uint64_t lost,
            std::map<Key, Tally> tallies, std::vector<Mismatch> first);

    // False for a record of another run or one that is known already.
    bool add(const Mismatch &record);

    // The number that comes next.
    [[nodiscard]] std::uint64_t next() const { return last_ + 1; }
    [[nodiscard]] std::uint64_t obtained() const { return obtained_; }
    [[nodiscard]] std::uint64_t run() const { return run_; }

    // Mismatches whose record was never seen, up to what the status counts.
    [[nodiscard]] std::uint64_t lost(const Status &status) const;

    [[nodiscard]] const std::vector<Mismatch> &first() const { return first_; }
    [[nodiscard]] const std::map<Key, Tally> &tallies() const { return tallies_; }

private:
    std::uint64_t run_ = 0;
    std::uint64_t last_ = 0;
    std::uint64_t obtained_ = 0;
    std::vector<Mismatch> first_;
    std::map<Key, Tally> tallies_;
};

} // namespace ct

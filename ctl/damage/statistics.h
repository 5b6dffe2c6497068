// SPDX-License-Identifier: GPL-2.0-or-later
// Over all records of a run: whether mismatches correlate with a CPU, a driver, a context,
// an interruption, or with something in the packet. Every answer shows its counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/counters.h"
#include "record/mismatch.h"

namespace ct {

// What a run says of one cell of its coverage, without what was injected.
struct CellTotal : CellCounters {
    std::string driver;
    Context context = Context::Task;
    Direction direction = Direction::Encrypt;
    std::uint32_t cpu = 0;
};

// Mismatches at one value of something, against all others.
struct Trend {
    std::string factor; // "CPU", "driver"
    std::string value;
    std::uint64_t mismatches = 0;
    std::uint64_t all_mismatches = 0;
    std::uint64_t operations = 0; // with this value; 0 where that is not known
    std::uint64_t all_operations = 0;
    double chance = 1; // that so many would fall there by chance, for all values tried

    [[nodiscard]] bool significant() const { return chance < 0.01; }
};

struct Tendencies {
    std::vector<Trend> trends; // the least likely by chance first
    std::size_t cpus = 0;      // that records are of
    std::size_t drivers = 0;
    bool one_cpu = false;    // they concentrate on one, and the others were tested
    bool one_driver = false; // or by one driver
    bool same_place = false; // several packets, but the same offset and bits
    bool one_length = false; // of several packets, one length modulo 16, or one length
    bool one_mask = false;   // several packets, each with one wrong byte, by the same bits
    bool preempted = false;  // nearly all operations lost their CPU, and few others do
};

// P(X >= a) in a two by two table with fixed sums: Fisher's exact test, one-sided.
[[nodiscard]] double fisher_tail(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                 std::uint64_t d);
// P(X >= k) of n with probability p.
[[nodiscard]] double binomial_tail(std::uint64_t k, std::uint64_t n, double p);

[[nodiscard]] Tendencies make_statistics(const std::vector<Mismatch> &records,
                                         const std::vector<CellTotal> &cells);

} // namespace ct

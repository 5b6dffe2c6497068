// SPDX-License-Identifier: GPL-2.0-or-later
// Measurements of speed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/cell.h"
#include "record/config.h"
#include "record/status.h"
#include "record/words.h"

namespace ct {

inline constexpr std::uint32_t bench_min_ms = 1;
inline constexpr std::uint32_t bench_max_ms = 1000;

struct BenchRequest {
    std::string driver;
    BenchMode mode = BenchMode::Raw;
    std::uint32_t payload = 1420; // bytes
    Direction direction = Direction::Encrypt;
    std::uint32_t duration_ms = 100;
};

struct BenchResult {
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0;
    std::uint64_t time_ns = 0;
    std::string generic; // what the naive way compared with

    // MB/s (10^6 bytes); 0 when no time passed
    [[nodiscard]] double speed() const
    {
        return time_ns == 0 ? 0.0
                            : static_cast<double>(bytes) * 1e3 / static_cast<double>(time_ns);
    }
};

// Medians over the repetitions for one driver, MB/s.
struct BenchRow {
    std::string driver;
    std::string algorithm;
    std::uint32_t payload = 0;
    Direction direction = Direction::Encrypt;
    std::uint32_t cpu = 0;
    std::uint32_t repetitions = 0;
    double raw = 0;
    double verified = 0;
    double single = 0;
    std::optional<double> naive; // absent where there is nothing to compare with
    // Relative to the raw speed: medians of the ratios of each turn, so that a machine whose
    // speed drifts spoils none of them; absent where that was 0.
    std::optional<double> verified_ratio;
    std::optional<double> single_ratio;
    std::optional<double> naive_ratio;
    std::string generic;
};

// How often operations are disturbed on one CPU, each second.
struct CpuRates {
    std::uint32_t cpu = 0;
    double fpu_hits = 0; // interruptions inside FPU sections
    double nested = 0;   // softirq operations over one of a task
    double caller = 0;   // operations in caller context
};

struct BenchRates {
    std::uint64_t elapsed_ns = 0;
    std::uint32_t exercisers = 0; // on each CPU; without any there is no caller context
    std::uint64_t mismatches = 0; // a run that was only to be measured found some
    std::vector<CpuRates> cpus;   // ascending
};

// What one rate of the timer disturber gives, each second.
struct TimerRate {
    std::uint32_t timer_hz = 0;
    double operations = 0;    // of all CPUs, each second
    double interruptions = 0; // of one CPU
    double fpu_hits = 0;      // of one CPU, inside FPU sections: what finds faults
    double hit_share = 0;     // hits over operations
};

struct TimerRates {
    std::vector<TimerRate> rates; // ascending
    std::uint64_t mismatches = 0; // in all of these runs

    // The one with the most hits; 0 where nothing was hit.
    [[nodiscard]] std::uint32_t best_hz() const;
};

[[nodiscard]] TimerRate make_timer_rate(const Status &status, const std::vector<Cell> &cells);
[[nodiscard]] BenchRates make_rates(const Status &status, const std::vector<Cell> &cells);

// The middle value; of an even number, the mean of the two in the middle.
[[nodiscard]] double median(std::vector<double> values);

// Of value by value; absent where one of @over is 0, or they are not as many.
[[nodiscard]] std::optional<double> median_ratio(const std::vector<double> &values,
                                                 const std::vector<double> &over);

} // namespace ct

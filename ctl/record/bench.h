// SPDX-License-Identifier: GPL-2.0-or-later
// Measurements of speed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/config.h"
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
    std::optional<double> naive; // absent where there is nothing to compare with
    std::string generic;
};

// The middle value; of an even number, the mean of the two in the middle.
[[nodiscard]] double median(std::vector<double> values);

} // namespace ct

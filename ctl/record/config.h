// SPDX-License-Identifier: GPL-2.0-or-later
// The parameters of a run. What is absent is left to the module's default;
// the configuration in force, as a status reports it, has everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/words.h"

namespace ct {

// The limits of the contract; wire/encode.cpp holds them to the uapi header.
inline constexpr std::uint64_t duration_max_ms = 366ULL * 24 * 3600 * 1000;
inline constexpr std::uint32_t load_full = 1000;
inline constexpr std::uint32_t timer_hz_min = 10;
inline constexpr std::uint32_t timer_hz_max = 200000;
inline constexpr std::uint32_t timer_hz_default = 4000;
inline constexpr std::uint32_t payload_max = 9000; // bytes
inline constexpr std::size_t sizes_max = 16;       // ranges
inline constexpr std::uint32_t exercisers_max = 16;

// Those that have to be requested.
[[nodiscard]] constexpr bool off_by_default(Disturber disturber)
{
    return disturber == Disturber::Hotplug || disturber == Disturber::Memory;
}

// Done by the exercisers themselves.
[[nodiscard]] constexpr bool needs_exercisers(Disturber disturber)
{
    return disturber == Disturber::Membarrier;
}

struct Config {
    std::optional<std::uint64_t> duration_ms; // absent: until stopped
    std::optional<std::uint64_t> seed;
    std::vector<std::string> drivers; // empty: every driver
    std::optional<std::vector<Context>> contexts;
    std::optional<std::vector<Disturber>> disturbers;
    std::optional<std::string> cpus;   // a CPU list such as "0-3,5"
    std::optional<std::uint32_t> load; // per mille of each CPU's time
    std::optional<std::uint32_t> timer_hz;
    std::optional<std::uint64_t> inject_every; // 0: never
    bool until_mismatch = false;
    std::optional<std::string> sizes; // bytes of ESP payload, such as "64,1300-1500"
    std::uint32_t exercisers = 0;     // threads on each CPU that the control program keeps

    friend bool operator==(const Config &, const Config &) = default;
};

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and names in text. Every text form that an option takes
// (duration, load, seed) can be parsed again by the option's parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ct {

// 12345678 -> "12,345,678"
[[nodiscard]] std::string count_text(std::uint64_t count);
// "1 packet", "2 packets"
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view one,
                                 std::string_view many);
// Milliseconds -> "1h30m", "500ms"; nothing -> "forever"
[[nodiscard]] std::string duration_text(std::optional<std::uint64_t> milliseconds);
// Nanoseconds -> "0:07", "1:02:03"
[[nodiscard]] std::string clock_text(std::uint64_t nanoseconds);
// Per mille -> "5%", "0.1%"
[[nodiscard]] std::string load_text(std::uint32_t per_mille);
// "0x0000000000000007"
[[nodiscard]] std::string seed_text(std::uint64_t seed);
// 15200000000 -> "15.2 GB" (powers of ten)
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
// "3.1 MiB"
[[nodiscard]] std::string memory_text(std::uint64_t bytes);
// A probability in two digits: "2.4e-07"
[[nodiscard]] std::string rate_text(double rate);
// Nanoseconds since 1970 -> "2026-01-31 12:30:05 UTC"
[[nodiscard]] std::string time_text(std::uint64_t nanoseconds);
// "0-3,5" of {0, 1, 2, 3, 5}, in any order and with repetitions.
[[nodiscard]] std::string number_list(std::vector<std::uint32_t> numbers);
// The ranges of such a list, first and last of each; what cannot be read is left out.
[[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>>
list_ranges(std::string_view list);
// {0, 1, 2, 3, 5} of "0-3,5": numbers of CPUs, of which no kernel has more than 8192.
[[nodiscard]] std::vector<std::uint32_t> list_numbers(std::string_view list);
// Lower-case hexadecimal digits without any gaps.
[[nodiscard]] std::string hex_text(const std::vector<std::uint8_t> &bytes);
// What a terminal can be given: control characters become \xNN.
[[nodiscard]] std::string printable(std::string_view text);
// The candidate nearest to the word, if it is near enough to be meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string> &candidates);

} // namespace ct

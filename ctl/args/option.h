// SPDX-License-Identifier: GPL-2.0-or-later
// The values of options. Errors say what was written, what is wrong with it
// and how to write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/config.h"

namespace ct {

// "cannot use --for "x": why; hint".
[[nodiscard]] Failure bad_value(const std::string &option, const std::string &text,
                                std::string why, std::string hint);
// All of the text as one number, without sign or blanks.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text, int base = 10);

// "30s", "5m", "1h30m", "500ms", "90" (seconds), "forever" (nothing): milliseconds.
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_duration(const std::string &option,
                                                                  const std::string &text);
// "5%", "0.1%", "100": per mille, 1 to load_full.
[[nodiscard]] Result<std::uint32_t> parse_load(const std::string &option,
                                               const std::string &text);
// "95%", "99.9": a probability from 0.5 to 0.999.
[[nodiscard]] Result<double> parse_confidence(const std::string &option,
                                              const std::string &text);
// Decimal or 0x hexadecimal, 64 bits.
[[nodiscard]] Result<std::uint64_t> parse_seed(const std::string &option,
                                               const std::string &text);
// A decimal number from min to max.
[[nodiscard]] Result<std::uint64_t> parse_number(const std::string &option,
                                                 const std::string &text, std::uint64_t min,
                                                 std::uint64_t max);
// "encrypt" or "decrypt".
[[nodiscard]] Result<Direction> parse_direction(const std::string &option,
                                                const std::string &text);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The values of options. Errors say what was written, what is wrong with it
// and how to write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/config.h"
#include "record/error.h"

namespace ct {

// "30s", "5m", "1h30m", "500ms", "90" (seconds), "forever" (nothing): milliseconds.
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_duration(const std::string &option,
                                                                  const std::string &text);
// "5%", "0.1%", "100": per mille, 1 to load_full.
[[nodiscard]] Result<std::uint32_t> parse_load(const std::string &option,
                                               const std::string &text);
// Decimal or 0x hexadecimal, 64 bits.
[[nodiscard]] Result<std::uint64_t> parse_seed(const std::string &option,
                                               const std::string &text);
// A decimal number from min to max.
[[nodiscard]] Result<std::uint64_t> parse_number(const std::string &option,
                                                 const std::string &text, std::uint64_t min,
                                                 std::uint64_t max);
// "0-3,5": checked and brought into order.
[[nodiscard]] Result<std::string> parse_cpus(const std::string &option,
                                             const std::string &text);
// Names between commas; those inside of parentheses belong to a name, as in
// "authenc(hmac(sha1-generic),cbc(aes-generic))".
[[nodiscard]] Result<std::vector<std::string>> parse_drivers(const std::string &option,
                                                             const std::string &text);
// "task,softirq" or "all".
[[nodiscard]] Result<std::vector<Context>> parse_contexts(const std::string &option,
                                                          const std::string &text);
// "timer,preempt", "all" or "none".
[[nodiscard]] Result<std::vector<Disturber>> parse_disturbers(const std::string &option,
                                                              const std::string &text);
// "encrypt" or "decrypt".
[[nodiscard]] Result<Direction> parse_direction(const std::string &option,
                                                const std::string &text);

} // namespace ct

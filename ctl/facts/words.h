// SPDX-License-Identifier: GPL-2.0-or-later
// Taking apart what the kernel writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ct {

[[nodiscard]] std::string_view trimmed(std::string_view text);
// Parts without blanks at their ends; empty ones are left out.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char at);
// "a, b, c"
[[nodiscard]] std::string join(const std::vector<std::string> &parts,
                               std::string_view between = ", ");
// Decimal, or hexadecimal after 0x; nothing else around it.
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text);
// "0-3,5" -> 0, 1, 2, 3, 5; what is not a CPU list is empty.
[[nodiscard]] std::vector<std::uint32_t> cpus_of(std::string_view list);

} // namespace ct

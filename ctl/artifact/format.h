// SPDX-License-Identifier: GPL-2.0-or-later
// What cannot be read for its "format", as record/format.h has it.
#pragma once

#include <cstdint>
#include <string>

namespace ct {

// Nothing for one that this program reads.
[[nodiscard]] std::string format_refusal(std::uint64_t format);
// What can read it; release: that wrote it, empty if unknown.
[[nodiscard]] std::string format_hint(const std::string &release);

} // namespace ct

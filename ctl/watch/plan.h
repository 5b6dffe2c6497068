// SPDX-License-Identifier: GPL-2.0-or-later
// What a watch over a live host's ESP is to do, and how gently.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ct {

// Packets opened in a second: less than a tenth of what one CPU can open.
inline constexpr std::uint64_t watch_budget = 5000;

struct WatchPlan {
    std::string interface;
    std::optional<std::uint64_t> duration_ms; // none: until it is stopped
    std::uint32_t sample = 1;                 // one packet of so many is looked at
    std::uint64_t budget = watch_budget;      // packets a second that are opened; 0: any
};

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// What an exerciser found: a register of its own that changed under it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/mismatch.h"

namespace ct {

struct RegisterFinding {
    RegisterChange change;
    std::uint32_t cpu_before = 0; // at the last good check
    std::uint32_t cpu_after = 0;
    std::vector<std::uint8_t> expected; // at most register_size bytes
    std::vector<std::uint8_t> actual;   // as many

    // "register xmm3 of exerciser 1 on CPU 1 changed during a call: it holds
    // xmm5 of exerciser 0"
    [[nodiscard]] std::string sentence() const;
};

} // namespace ct

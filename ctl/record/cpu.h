// SPDX-License-Identifier: GPL-2.0-or-later
// Which CPU it is: what a report needs to name a sick core.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ct {

struct CpuIdentity {
    std::uint32_t cpu = 0;
    std::optional<std::uint32_t> package;
    std::optional<std::uint32_t> core;   // unique within its package only
    std::vector<std::uint32_t> siblings; // the other CPUs of the same core
    std::string microcode;               // as the kernel writes it; empty when unknown
    std::string model;                   // the vendor's name of it

    friend bool operator==(const CpuIdentity &, const CpuIdentity &) = default;
};

} // namespace ct

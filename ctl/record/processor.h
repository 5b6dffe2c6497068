// SPDX-License-Identifier: GPL-2.0-or-later
// Which piece of silicon a CPU is.
#pragma once

#include <cstdint>
#include <string>

namespace ct {

struct Processor {
    std::uint32_t cpu = 0;
    std::uint32_t package = 0; // the socket
    std::uint32_t core = 0;    // within the package
    std::string siblings;      // the CPUs of that core, itself too, as a list
    std::string microcode;     // as the kernel tells it; empty if it does not
    std::string model;

    friend bool operator==(const Processor &, const Processor &) = default;
};

} // namespace ct

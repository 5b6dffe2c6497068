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
    std::string microcode;     // as the kernel reports it; empty if unknown
    std::string model;

    friend bool operator==(const Processor &, const Processor &) = default;
};

// CPUs of this machine that a run says nothing of, as lists.
struct Untested {
    std::string offline;   // present, but offline
    std::string not_asked; // online, but the run was to be on others only

    friend bool operator==(const Untested &, const Untested &) = default;
};

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// The machine of a run, as needed to judge the run elsewhere.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "record/cpu.h"

namespace ct {

// What could not be read is empty.
struct HostIdentity {
    std::string vendor; // of the CPU, from CPUID
    std::string model;
    std::uint32_t family = 0;
    std::uint32_t model_number = 0;
    std::uint32_t stepping = 0;
    std::vector<CpuIdentity> cpus; // with microcode; those that are online
    std::string release;           // uname -r
    std::string version;           // uname -v
    std::string preemption;        // "voluntary"
    bool preemption_dynamic = false;
    std::map<std::string, std::string> config; // options of the kernel
    std::string hypervisor;                    // "none", "kvm"
    std::string product;                       // of DMI
    std::vector<std::string> modules;          // loaded ones that have crypto

    friend bool operator==(const HostIdentity &, const HostIdentity &) = default;
};

} // namespace ct

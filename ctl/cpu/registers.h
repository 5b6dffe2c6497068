// SPDX-License-Identifier: GPL-2.0-or-later
// Which vector registers there are.
#pragma once

#include <string>

#include "cpu/cpu.h"
#include "cpu/cpuid.h"
#include "record/examination.h"

namespace ct {

// The register sets that a user thread can hold patterns in.
struct RegisterKinds {
    bool known = false; // reported by the CPU, not concluded from its flags
    bool x87 = true;
    bool sse = true;
    bool avx = false;
    bool avx512 = false;

    [[nodiscard]] std::string names() const;
};

[[nodiscard]] RegisterKinds read_registers(const Cpus &cpus, const Cpuid &cpuid);

void report_registers(const Cpus &cpus, const RegisterKinds &sets, Findings &findings);

} // namespace ct

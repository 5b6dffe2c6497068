// SPDX-License-Identifier: GPL-2.0-or-later
// Which vector registers there are.
#pragma once

#include <string>

#include "host/cpu.h"
#include "host/cpuid.h"
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

void tell_registers(const Cpus &cpus, const RegisterKinds &sets, Findings &findings);

} // namespace ct

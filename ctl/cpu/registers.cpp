// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu/registers.h"

#include <cstdint>
#include <vector>

#include "facts/words.h"

namespace ct {

std::string RegisterKinds::names() const
{
    std::vector<std::string> sets;
    if (x87)
        sets.emplace_back("x87");
    if (sse)
        sets.emplace_back("SSE");
    if (avx)
        sets.emplace_back("AVX");
    if (avx512)
        sets.emplace_back("AVX-512");
    return sets.empty() ? "none" : join(sets);
}

RegisterKinds read_registers(const Cpus &cpus, const Cpuid &cpuid)
{
    RegisterKinds sets;
    if (const auto enabled = cpuid.xcr0()) {
        constexpr std::uint64_t avx512_bits = 0xe0; // opmask, upper halves, ZMM16-31
        sets.known = true;
        sets.x87 = (*enabled & 1U) != 0;
        sets.sse = (*enabled & 2U) != 0;
        sets.avx = (*enabled & 4U) != 0;
        sets.avx512 = (*enabled & avx512_bits) == avx512_bits;
    } else {
        // Without XSAVE there is nothing beyond what FXSAVE covers.
        const bool xsave = cpus.has("xsave");
        sets.avx = xsave && cpus.has("avx");
        sets.avx512 = xsave && cpus.has("avx512f");
    }
    return sets;
}

void report_registers(const Cpus &cpus, const RegisterKinds &sets, Findings &findings)
{
    const std::string what = "a user thread can hold live " + sets.names() + " registers" +
                             (sets.known ? "" : " (concluded from the CPU's flags)");
    if (!cpus.has("xsave"))
        tell(findings, Topic::Registers, Level::Note, what,
             "without xsave the kernel keeps x87 and SSE only: bugs of the XSAVE format and "
             "of upper register halves cannot be shown");
    else
        tell(findings, Topic::Registers, Level::Ok, what);
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu/cpuid.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace ct {

namespace {

constexpr std::uint32_t feature_leaf = 1;
constexpr std::uint32_t hypervisor_leaf = 0x40000000;
constexpr std::uint32_t osxsave_bit = 1U << 27U;
constexpr std::uint32_t hypervisor_bit = 1U << 31U;

class RealCpuid final : public Cpuid {
public:
    [[nodiscard]] std::optional<CpuidLeaf> leaf(std::uint32_t number) const override
    {
#if defined(__x86_64__)
        CpuidLeaf result;
        // The highest leaf of the range; a hypervisor's first leaf has that itself.
        const auto highest = static_cast<std::uint32_t>(__get_cpuid_max(0, nullptr));
        if (number < hypervisor_leaf && highest < number)
            return std::nullopt;
        __cpuid_count(number, 0, result.eax, result.ebx, result.ecx, result.edx);
        return result;
#else
        (void)number;
        return std::nullopt;
#endif
    }

    [[nodiscard]] std::optional<std::uint64_t> xcr0() const override
    {
#if defined(__x86_64__)
        const auto features = leaf(feature_leaf);
        if (!features || (features->ecx & osxsave_bit) == 0)
            return std::nullopt;
        std::uint32_t low = 0;
        std::uint32_t high = 0;
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        return (static_cast<std::uint64_t>(high) << 32U) | low;
#else
        return std::nullopt;
#endif
    }
};

void append(std::string &text, std::uint32_t bytes)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const auto byte = static_cast<char>((bytes >> shift) & 0xffU);
        if (byte != '\0')
            text += byte;
    }
}

} // namespace

std::string Cpuid::hypervisor_signature() const
{
    const auto features = leaf(feature_leaf);
    if (!features || (features->ecx & hypervisor_bit) == 0)
        return {};
    const auto hypervisor = leaf(hypervisor_leaf);
    if (!hypervisor)
        return {};
    std::string text;
    append(text, hypervisor->ebx);
    append(text, hypervisor->ecx);
    append(text, hypervisor->edx);
    return text;
}

const Cpuid &real_cpuid()
{
    static const RealCpuid cpuid;
    return cpuid;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/registers.h"

#include <algorithm>
#include <bit>
#include <cpuid.h>
#include <cstring>

namespace ct {

namespace {

constexpr std::size_t xsave_header = 64;
constexpr std::uint32_t mxcsr_mask_default = 0xffbf; // of CPUs that report none

// By the instruction's bytes: its name is known only with -mxsave.
std::uint64_t read_xcr0()
{
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(low), "=d"(high) : "c"(0));
    return (static_cast<std::uint64_t>(high) << 32U) | low;
}

std::uint32_t read_mxcsr_mask()
{
    alignas(16) std::array<std::byte, legacy_size> area{};
    asm volatile("fxsave64 %0" : "=m"(area));
    std::uint32_t mask = 0;
    std::memcpy(&mask, area.data() + place::mxcsr_mask, sizeof(mask));
    return mask;
}

} // namespace

CpuFacts facts_of_this_cpu()
{
    CpuFacts facts;
    facts.mxcsr_mask = read_mxcsr_mask();
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    constexpr unsigned osxsave_bit = 1U << 27U;
    constexpr unsigned avx512bw_bit = 1U << 30U;
    constexpr unsigned xsave_leaf = 0xd;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & osxsave_bit) == 0)
        return facts;
    facts.osxsave = true;
    facts.xcr0 = read_xcr0();
    for (unsigned number = 2; number < facts.areas.size(); ++number)
        if (((facts.xcr0 >> number) & 1U) != 0 &&
            __get_cpuid_count(xsave_leaf, number, &a, &b, &c, &d) != 0)
            facts.areas.at(number) = {a, b};
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0)
        facts.avx512bw = (b & avx512bw_bit) != 0;
    return facts;
}

RegisterSets make_register_sets(const CpuFacts &facts)
{
    RegisterSets sets;
    sets.mxcsr_mask = facts.mxcsr_mask != 0 ? facts.mxcsr_mask : mxcsr_mask_default;
    constexpr std::uint64_t legacy = component::x87 | component::sse;
    if (!facts.osxsave || (facts.xcr0 & legacy) != legacy)
        return sets;

    // A component counts if its area has the expected size.
    const auto offset_of = [&facts](std::uint64_t bit, std::size_t size) -> std::size_t {
        const CpuFacts::Area &area =
            facts.areas.at(static_cast<std::size_t>(std::countr_zero(bit)));
        const bool good = (facts.xcr0 & bit) != 0 && area.size == size &&
                          area.offset >= legacy_size + xsave_header &&
                          area.offset + size <= image_size_max;
        return good ? area.offset : 0;
    };
    sets.mask = legacy;
    sets.size = legacy_size + xsave_header;
    const auto take = [&sets](std::uint64_t bit, std::size_t offset, std::size_t size) {
        sets.mask |= bit;
        sets.size = std::max(sets.size, offset + size);
        return offset;
    };

    constexpr std::size_t ymm_size = 256;
    constexpr std::size_t opmask_size = 64;
    constexpr std::size_t zmm_high_size = 512;
    constexpr std::size_t hi16_zmm_size = 1024;
    const std::size_t ymm = offset_of(component::ymm, ymm_size);
    if (ymm == 0)
        return sets;
    sets.ymm = take(component::ymm, ymm, ymm_size);

    const std::size_t opmask = offset_of(component::opmask, opmask_size);
    const std::size_t zmm_high = offset_of(component::zmm_high, zmm_high_size);
    const std::size_t hi16_zmm = offset_of(component::hi16_zmm, hi16_zmm_size);
    // One set of registers: the CPU has all three or none.
    if (opmask == 0 || zmm_high == 0 || hi16_zmm == 0)
        return sets;
    sets.opmask = take(component::opmask, opmask, opmask_size);
    sets.zmm_high = take(component::zmm_high, zmm_high, zmm_high_size);
    sets.hi16_zmm = take(component::hi16_zmm, hi16_zmm, hi16_zmm_size);
    sets.wide_masks = facts.avx512bw;
    return sets;
}

std::string RegisterSets::text() const
{
    if (opmask != 0)
        return "x87, ZMM0-31, k0-7";
    return ymm != 0 ? "x87, YMM0-15" : "x87, XMM0-15";
}

} // namespace ct

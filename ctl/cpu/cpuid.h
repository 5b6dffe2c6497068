// SPDX-License-Identifier: GPL-2.0-or-later
// What the CPU says of itself by its own instructions. Tests have their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ct {

struct CpuidLeaf {
    std::uint32_t eax = 0;
    std::uint32_t ebx = 0;
    std::uint32_t ecx = 0;
    std::uint32_t edx = 0;
};

class Cpuid {
public:
    Cpuid() = default;
    Cpuid(const Cpuid &) = delete;
    Cpuid &operator=(const Cpuid &) = delete;
    virtual ~Cpuid() = default;

    // Nothing where there is no such leaf, or no such instruction.
    [[nodiscard]] virtual std::optional<CpuidLeaf> leaf(std::uint32_t number) const = 0;
    // The register sets that the kernel has enabled for user space.
    [[nodiscard]] virtual std::optional<std::uint64_t> xcr0() const = 0;

    // Twelve characters of the hypervisor's leaf; empty when there is none.
    [[nodiscard]] std::string hypervisor_signature() const;
};

// Of the CPU that this program runs on.
[[nodiscard]] const Cpuid &real_cpuid();

} // namespace ct

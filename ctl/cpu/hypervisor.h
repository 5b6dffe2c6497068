// SPDX-License-Identifier: GPL-2.0-or-later
// What is below the kernel: a machine, or a hypervisor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cpu/cpu.h"
#include "cpu/cpuid.h"
#include "facts/release.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct {

enum class HypervisorKind {
    None,
    Kvm,
    XenPv,
    XenPvh,
    XenHvm,
    Vmware,
    HyperV,
    QemuTcg,
    Bochs,
    Other,
};

template <>
inline constexpr std::array<std::string_view, 10> names<HypervisorKind>{
    "none",   "kvm",     "xen-pv",   "xen-pvh", "xen-hvm",
    "vmware", "hyper-v", "qemu-tcg", "bochs",   "other"};

struct Hypervisor {
    HypervisorKind kind = HypervisorKind::None;
    std::string signature; // of CPUID
    std::string product;   // of DMI
    bool dom0 = false;     // Xen's own
    std::optional<KernelVersion> xen;
    std::string clock_event;                  // what interrupts
    std::optional<std::uint64_t> steal_ticks; // since boot, of all CPUs

    [[nodiscard]] bool guest() const { return kind != HypervisorKind::None; }
    // The CPU is imitated in software, instruction by instruction.
    [[nodiscard]] bool emulated() const
    {
        return kind == HypervisorKind::QemuTcg || kind == HypervisorKind::Bochs;
    }
    [[nodiscard]] bool xen_guest() const
    {
        return kind == HypervisorKind::XenPv || kind == HypervisorKind::XenPvh ||
               kind == HypervisorKind::XenHvm;
    }
};

[[nodiscard]] Hypervisor read_hypervisor(const Source &source, const Cpus &cpus,
                                         const Cpuid &cpuid);

void report_hypervisor(const Hypervisor &hypervisor, Findings &findings);

} // namespace ct

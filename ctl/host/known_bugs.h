// SPDX-License-Identifier: GPL-2.0-or-later
// Bugs of kernels and what runs with them that are known to have damaged
// crypto or registers, by version. Distributions take fixes over, so a range of
// versions is a hint and not a proof.
#pragma once

#include <string_view>
#include <vector>

#include "host/command_line.h"
#include "host/cpu.h"
#include "host/drivers.h"
#include "host/hypervisor.h"
#include "host/release.h"
#include "host/source.h"
#include "record/bug_class.h"
#include "record/examination.h"

namespace ct {

// Where a bug can strike at all.
enum class Where {
    Anywhere,
    XenPvLazy, // Xen PV without eager FPU switching
    XenHvm,
    KvmHost,
    AesNi,
    Aegis,
    Pipapo,
    Zfs,
    Candidate, // an -rc kernel
};

struct KnownBug {
    std::string_view name;
    BugClass word = BugClass::FpuNested;
    Where where = Where::Anywhere;
    KernelVersion from;                // 0.0: since ever
    KernelVersion fixed;               // first mainline release without it
    std::vector<KernelVersion> stable; // first of each stable series without it
    std::string_view source;
    std::string_view meaning;
};

[[nodiscard]] const std::vector<KnownBug> &known_bugs();

enum class Applies {
    No,
    Perhaps, // the release does not tell its stable version
    Yes,
};

[[nodiscard]] Applies applies(const KnownBug &bug, const Release &release);

// What decides where a bug can strike.
struct Surroundings {
    const CommandLine &line;
    const Cpus &cpus;
    const Drivers &drivers;
    const Hypervisor &hypervisor;
    bool kvm = false;        // this machine is a KVM host
    bool pipapo = false;     // nf_tables is loaded
    std::string zfs_version; // empty when it is not loaded
};

[[nodiscard]] Surroundings read_surroundings(const Source &source, const CommandLine &line,
                                             const Cpus &cpus, const Drivers &drivers,
                                             const Hypervisor &hypervisor);

void tell_known_bugs(const Release &release, const Surroundings &surroundings,
                     Findings &findings);

} // namespace ct

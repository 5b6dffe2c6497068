// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that is known of the machine before a run.
#pragma once

#include "cpu/cpu.h"
#include "cpu/cpuid.h"
#include "cpu/hypervisor.h"
#include "cpu/mitigations.h"
#include "cpu/registers.h"
#include "crypto/aes_ni.h"
#include "crypto/disturbers.h"
#include "crypto/drivers.h"
#include "crypto/fips.h"
#include "crypto/module.h"
#include "facts/command_line.h"
#include "facts/kernel_config.h"
#include "facts/permission.h"
#include "facts/preemption.h"
#include "facts/release.h"
#include "facts/source.h"

namespace ct {

struct Host {
    Cpus cpus;
    RegisterKinds registers;
    Hypervisor hypervisor;
    Release release;
    CommandLine line;
    Fips fips = Fips::Absent;
    KernelConfig config;
    Preemption preemption;
    Mitigations mitigations;
    Drivers drivers;
    AesNi aes_ni;
    Disturbers disturbers;
    Module module;
    Permission permission;
};

[[nodiscard]] Host read_host(const Source &source, const Cpuid &cpuid);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that is known of the machine before a run.
#pragma once

#include "host/aes_ni.h"
#include "host/command_line.h"
#include "host/cpu.h"
#include "host/cpuid.h"
#include "host/disturbers.h"
#include "host/drivers.h"
#include "host/fips.h"
#include "host/hypervisor.h"
#include "host/kernel_config.h"
#include "host/mitigations.h"
#include "host/module.h"
#include "host/permission.h"
#include "host/preemption.h"
#include "host/registers.h"
#include "host/release.h"
#include "host/source.h"

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

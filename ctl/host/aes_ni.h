// SPDX-License-Identifier: GPL-2.0-or-later
// Why a CPU that has AES-NI has no driver that uses it.
#pragma once

#include <string>
#include <vector>

#include "host/command_line.h"
#include "host/cpu.h"
#include "host/cpuid.h"
#include "host/drivers.h"
#include "host/kernel_config.h"
#include "host/release.h"
#include "host/source.h"
#include "record/examination.h"

namespace ct {

struct AesNi {
    bool in_cpu = false;           // by the CPU itself, even if the kernel hides it
    bool hidden = false;           // the kernel takes it as absent
    bool blacklisted = false;      // it is loaded only by its name, as a run does
    std::vector<Reasoned> reasons; // with what can be done
};

[[nodiscard]] AesNi read_aes_ni(const Source &source, const Cpus &cpus, const Cpuid &cpuid,
                                const Release &release, const KernelConfig &config,
                                const CommandLine &line, const Drivers &drivers);

// Nothing where there are such drivers, or the CPU has none of it.
void tell_aes_ni(const AesNi &aes_ni, const Drivers &drivers, Findings &findings);

} // namespace ct

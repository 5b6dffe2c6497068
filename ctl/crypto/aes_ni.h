// SPDX-License-Identifier: GPL-2.0-or-later
// Why a CPU that has AES-NI has no driver that uses it.
#pragma once

#include <string>
#include <vector>

#include "cpu/cpu.h"
#include "cpu/cpuid.h"
#include "crypto/drivers.h"
#include "facts/command_line.h"
#include "facts/kernel_config.h"
#include "facts/release.h"
#include "facts/source.h"
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
void report_aes_ni(const AesNi &aes_ni, const Drivers &drivers, Findings &findings);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// What this host lets a run do to disturb its operations.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cpu/cpu.h"
#include "facts/kernel_config.h"
#include "facts/release.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct {

struct Disturbers {
    std::vector<std::uint32_t> hotplug;  // CPUs that can go offline
    std::optional<std::uint64_t> memory; // bytes that are free for use
};

[[nodiscard]] Disturbers read_disturbers(const Source &source, const Cpus &cpus);

void report_disturbers(const Disturbers &disturbers, const Cpus &cpus,
                       const KernelConfig &config, const Release &release, Findings &findings);

} // namespace ct

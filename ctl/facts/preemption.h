// SPDX-License-Identifier: GPL-2.0-or-later
// When the kernel takes the CPU from a task that is inside the kernel.
#pragma once

#include <string>

#include "facts/command_line.h"
#include "facts/kernel_config.h"
#include "facts/release.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct {

enum class PreemptionModel { Unknown, None, Voluntary, Lazy, Full, RealTime };

template <>
inline constexpr std::array<std::string_view, 6> names<PreemptionModel>{
    "unknown", "none", "voluntary", "lazy", "full", "rt"};

struct Preemption {
    PreemptionModel model = PreemptionModel::Unknown;
    std::string source;   // where it was read
    bool dynamic = false; // preempt= at boot can change it
};

[[nodiscard]] Preemption read_preemption(const Source &source, const Release &release,
                                         const KernelConfig &config, const CommandLine &line);

void report_preemption(const Preemption &preemption, Findings &findings);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Mismatches that concentrate on one CPU, core or package while the others are healthy. Those
// of operations that were moved in mid-flight are not attributed. The module judges likewise
// (module/evidence/suspect.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/processor.h"
#include "record/words.h"
#include "report/coverage.h"

namespace ct {

struct Suspect {
    SuspectKind kind = SuspectKind::Cpu;
    std::string cpus;             // one, or those of the core or package
    std::uint64_t mismatches = 0; // there
    std::uint64_t all = 0;        // everywhere
    std::uint64_t moved = 0;      // besides, of operations that more than one may have made
    std::uint64_t other_cpus = 0;
    std::uint64_t other_operations = 0;
    std::optional<Processor> processor; // of the first of the CPUs
};

// Nothing unless they gather more than chance would have it.
[[nodiscard]] std::optional<Suspect> find_suspect(const std::vector<CpuSum> &sums,
                                                  const std::vector<Processor> &processors);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// Mismatches that gather on one CPU or one core while the others are healthy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/coverage.h"
#include "record/processor.h"

namespace ct {

struct Suspect {
    std::string cpus;             // one, or those of one core
    std::uint64_t mismatches = 0; // there
    std::uint64_t all = 0;        // everywhere
    std::uint64_t other_cpus = 0;
    std::uint64_t other_operations = 0;
    std::optional<Processor> processor; // of the first of the CPUs
};

// Nothing unless they gather more than chance would have it.
[[nodiscard]] std::optional<Suspect> find_suspect(const std::vector<CpuSum> &sums,
                                                  const std::vector<Processor> &processors);

} // namespace ct

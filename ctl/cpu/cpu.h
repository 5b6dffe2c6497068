// SPDX-License-Identifier: GPL-2.0-or-later
// The CPUs: model, features, topology.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "facts/source.h"
#include "record/cpu.h"
#include "record/examination.h"

namespace ct {

struct Cpus {
    std::string vendor; // as CPUID tells it: "GenuineIntel"
    std::string model;
    unsigned family = 0;
    unsigned model_number = 0;
    unsigned stepping = 0;
    std::set<std::string> flags;         // those that the kernel uses, of the first CPU
    std::vector<CpuIdentity> identities; // ascending by CPU
    std::vector<std::uint32_t> online;
    std::vector<std::uint32_t> offline;
    std::string smt; // of the kernel's control; empty when there is none

    [[nodiscard]] bool has(const std::string &flag) const { return flags.contains(flag); }
    [[nodiscard]] std::set<std::string> microcodes() const;
    [[nodiscard]] std::size_t packages() const;
};

[[nodiscard]] Cpus read_cpus(const Source &source);

// Which CPU each one is, for reports that name a sick core.
[[nodiscard]] std::vector<CpuIdentity> read_cpu_identities(const Source &source);

// The features that decide which drivers a CPU can have, and whether it has them.
[[nodiscard]] std::vector<std::pair<std::string, bool>> features_of(const Cpus &cpus);

void report_cpus(const Cpus &cpus, bool guest, Findings &findings);

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/disturbers.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "facts/words.h"
#include "report/report.h"

namespace ct {

namespace {

// "MemAvailable:   123 kB", or MemFree where a kernel does not tell that.
std::optional<std::uint64_t> free_memory(const Source &source)
{
    const auto lines = split(source.text("/proc/meminfo"), '\n');
    for (const std::string_view wanted : {"MemAvailable:", "MemFree:"})
        for (const std::string &line : lines)
            if (line.starts_with(wanted))
                if (const auto words = split(line, ' '); words.size() > 1)
                    if (const auto kib = number(words[1]))
                        return *kib * 1024;
    return std::nullopt;
}

} // namespace

Disturbers read_disturbers(const Source &source, const Cpus &cpus)
{
    Disturbers result;
    for (const CpuIdentity &identity : cpus.identities)
        if (source.exists(fmt::format("/sys/devices/system/cpu/cpu{}/online", identity.cpu)))
            result.hotplug.push_back(identity.cpu);
    result.memory = free_memory(source);
    return result;
}

void report_disturbers(const Disturbers &disturbers, const Cpus &cpus,
                       const KernelConfig &config, Findings &findings)
{
    if (cpus.identities.size() > 1)
        tell(findings, Topic::Disturbers, Level::Ok,
             "with several CPUs operations can migrate, and other CPUs can interrupt by IPI");
    else if (!cpus.identities.empty())
        tell(findings, Topic::Disturbers, Level::Warning,
             "with one CPU nothing can migrate and no IPI comes",
             "the shuffler and cross-CPU checks have nothing to do");
    if (disturbers.hotplug.empty())
        tell(findings, Topic::Disturbers, Level::Note, "no CPU can be taken offline",
             "CPU hotplug cannot disturb operations");
    else
        tell(
            findings, Topic::Disturbers, Level::Ok,
            fmt::format("CPUs that can be taken offline: {}", number_list(disturbers.hotplug)));
    if (config.off("MEMBARRIER"))
        tell(findings, Topic::Disturbers, Level::Note, "no membarrier (CONFIG_MEMBARRIER)",
             "user space cannot send IPIs at will");
    // A run holds less than this for each CPU.
    constexpr std::uint64_t per_cpu = 2U << 20U;
    const std::uint64_t needed = per_cpu * cpus.identities.size();
    if (disturbers.memory)
        tell(findings, Topic::Disturbers,
             *disturbers.memory < 4 * needed ? Level::Warning : Level::Ok,
             fmt::format("{} of memory free, a run holds less than {}",
                         memory_text(*disturbers.memory), memory_text(needed)),
             *disturbers.memory < 4 * needed ? "operations may starve" : "");
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/disturbers.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "facts/words.h"
#include "report/report.h"

namespace ct {

namespace {

// "MemAvailable:   123 kB", or MemFree where a kernel does not report that.
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

// From 63ba8422f876 to 52d15521eb75 the scheduler counts the deadline server of the fair class
// as a task: taking a CPU offline waits for the count, and warns of it. Seen on 6.12.117.
void tell_hotplug(const Disturbers &disturbers, const Release &release, Findings &findings)
{
    const bool miscounted = release.from(6, 8) && !release.from(6, 17);
    tell(findings, Topic::Disturbers, miscounted ? Level::Note : Level::Ok,
         fmt::format("CPUs that can be taken offline: {}", number_list(disturbers.hotplug)),
         miscounted
             ? "Linux 6.8 to 6.16 may warn (\"Dying CPU not properly vacated\") or hang when a "
               "busy CPU is taken offline (fix: 52d15521eb75): do without the disturber "
               "hotplug"
             : "");
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
                       const KernelConfig &config, const Release &release, Findings &findings)
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
        tell_hotplug(disturbers, release, findings);
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

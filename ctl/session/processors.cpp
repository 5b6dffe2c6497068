// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/processors.h"

#include <algorithm>

#include "base/quantity.h"
#include "cpu/cpu.h"
#include "facts/source.h"

namespace ct {

namespace {

Processor processor_of(const CpuIdentity &identity)
{
    Processor processor;
    processor.cpu = identity.cpu;
    processor.package = identity.package.value_or(0);
    processor.core = identity.core.value_or(0);
    std::vector<std::uint32_t> core = identity.siblings;
    core.push_back(identity.cpu);
    processor.siblings = number_list(core);
    processor.microcode = identity.microcode;
    processor.model = identity.model;
    return processor;
}

} // namespace

std::string online_cpus(const std::string &root)
{
    return Source(root).line("/sys/devices/system/cpu/online").value_or("");
}

Untested untested_cpus(const std::string &root, const std::string &cpus)
{
    const Source source(root);
    const auto numbers = [&source](const char *file) {
        return list_numbers(
            source.line(std::string("/sys/devices/system/cpu/") + file).value_or(""));
    };
    const auto online = numbers("online");
    const auto asked = list_numbers(cpus);
    const auto has = [](const std::vector<std::uint32_t> &list, std::uint32_t cpu) {
        return std::find(list.begin(), list.end(), cpu) != list.end();
    };
    std::vector<std::uint32_t> offline;
    std::vector<std::uint32_t> not_asked;
    for (const std::uint32_t cpu : numbers("present")) {
        if (has(asked, cpu)) // one that went away during the run has its gaps
            continue;
        (has(online, cpu) ? not_asked : offline).push_back(cpu);
    }
    return {number_list(offline), number_list(not_asked)};
}

std::vector<Processor> read_processors(const std::string &root)
{
    std::vector<Processor> processors;
    // An offline CPU has no package.
    for (const CpuIdentity &identity : read_cpu_identities(Source(root)))
        if (identity.package)
            processors.push_back(processor_of(identity));
    return processors;
}

} // namespace ct

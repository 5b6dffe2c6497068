// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/finding.h"

#include <array>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::array<std::string_view, count_of<ThreadEvent>> moments{
    "while it only counted", "during a system call",
    "during a call",         "during a page fault",
    "during a signal",       "during a signal on a fresh stack",
    "while it slept",        "while it moved between CPUs",
    "during a fork",         "during a memory barrier",
    "during an exec",        "while it was traced",
};

} // namespace

std::string RegisterFinding::sentence() const
{
    const std::string cpus = cpu_before == cpu_after
                                 ? fmt::format("CPU {}", cpu_after)
                                 : fmt::format("CPUs {} and {}", cpu_before, cpu_after);
    const std::string held =
        change.owner.empty()
            ? fmt::format("{} instead of {}", hex_text(actual), hex_text(expected))
            : change.owner;
    return fmt::format("register {} of exerciser {} on {} changed {}: it holds {}", change.name,
                       change.thread, cpus, moments.at(static_cast<std::size_t>(change.event)),
                       held);
}

} // namespace ct

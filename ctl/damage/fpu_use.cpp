// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/fpu_use.h"

#include "record/counters.h"

namespace ct {

FpuUse fpu_use_of(const std::string &driver, const std::vector<CellTotal> &cells)
{
    // A driver that spends a tenth of its time in sections would be hit with more than 99 %.
    constexpr std::uint64_t enough_interruptions = 50;
    constexpr std::uint64_t enough_operations = 1000;
    CellCounters sum;
    for (const CellTotal &cell : cells) {
        if (cell.driver != driver)
            continue;
        sum.operations += cell.operations;
        // Over a softirq nobody can tell whether it was in a section.
        sum.interruptions += cell.context == Context::Softirq ? 0 : cell.interruptions;
        sum.fpu_hits += cell.fpu_hits;
        sum.fallbacks += cell.fallbacks;
        over_fpu_section(sum) += over_fpu_section(cell);
        sum.async += cell.async;
    }
    if (sum.fpu_hits > 0 || sum.fallbacks > 0 || over_fpu_section(sum) > 0)
        return FpuUse::Seen;
    if (sum.interruptions >= enough_interruptions)
        return FpuUse::None;
    if (sum.operations >= enough_operations && sum.interruptions == 0 &&
        sum.async * 2 > sum.operations)
        return FpuUse::Hidden;
    return FpuUse::Unknown;
}

} // namespace ct

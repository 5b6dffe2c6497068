// SPDX-License-Identifier: GPL-2.0-or-later
#include "mechanisms/company.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "mechanisms/machine.h"

namespace ct::test {

bool needs_company(const Mechanism &mechanism)
{
    // Not those that are done too early: they need no second packet.
    constexpr std::array<std::string_view, 13> names{
        "one scratch buffer for all CPUs",
        "one scratch buffer, seen two or three times",
        "a CPU's scratch buffer, used again by softirqs",
        "a CPU's key stream, used again by softirqs",
        "a block of memory for the last part, in FPU sections",
        "an IV kept in the transform",
        "results of two operations are swapped",
        "one sum of GHASH for a transform's operations",
        "one result for all operations",
        "a static counter that all CPUs add to",
        "one slot for an expanded key",
        "a direction kept in the transform",
        "a position kept in the transform",
    };
    return std::find(names.begin(), names.end(), mechanism.name) != names.end();
}

void add_company(Evidence &evidence, bool needed, Random &random)
{
    constexpr std::array shares{0.01, 0.05, 0.2, 0.5}; // of few drivers more overlap
    constexpr double seen = 0.9;                       // what was long ago is known no more
    constexpr std::uint64_t every = 64;
    const double share = shares.at(below(random, shares.size()));
    for (CellTotal &cell : evidence.cells) {
        cell.concurrent_checked = cell.operations / every;
        for (std::uint64_t number = 0;
             number < std::min<std::uint64_t>(cell.concurrent_checked, 1000); ++number)
            cell.concurrent += chance(random, share) ? 1 : 0;
        if (cell.concurrent_checked > 1000)
            cell.concurrent = cell.concurrent * cell.concurrent_checked / 1000;
    }
    for (Mismatch &record : evidence.records) {
        if (record.changed || record.wire || record.driver.empty())
            continue;
        auto &others = record.concurrent.emplace();
        const double usual = record.preemptions > 0 ? seen : share; // it lasts so much longer
        if (!chance(random, needed ? seen : usual))
            continue;
        Concurrent other;
        other.driver = record.driver;
        other.index =
            record.index / YT_SA_VECTORS * YT_SA_VECTORS + below(random, YT_SA_VECTORS);
        other.nested = record.nested > 0;
        other.cpu = record.cpu_before + (other.nested ? 0 : 1);
        other.context = other.nested && record.context != Context::Softirq ? Context::Softirq
                                                                           : Context::Task;
        others.push_back(other);
    }
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/bench.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ct {

BenchRates make_rates(const Status &status, const std::vector<Cell> &cells)
{
    BenchRates rates;
    rates.elapsed_ns = status.elapsed_ns;
    rates.exercisers = status.config.exercisers;
    rates.mismatches = status.mismatches;
    std::map<std::uint32_t, CpuRates> by_cpu;
    for (const Cell &cell : cells) {
        CpuRates &sum = by_cpu[cell.cpu];
        sum.cpu = cell.cpu;
        sum.fpu_hits += static_cast<double>(cell.fpu_hits);
        sum.nested += static_cast<double>(cell.nested);
        if (cell.context == Context::Caller)
            sum.caller += static_cast<double>(cell.operations);
    }
    const double seconds = static_cast<double>(status.elapsed_ns) / 1e9;
    for (auto &[cpu, sum] : by_cpu) {
        for (double *const count : {&sum.fpu_hits, &sum.nested, &sum.caller})
            *count = seconds > 0 ? *count / seconds : 0.0;
        rates.cpus.push_back(sum);
    }
    return rates;
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    std::sort(values.begin(), values.end());
    const auto half = values.size() / 2;
    if (values.size() % 2 == 1)
        return values[half];
    return (values[half - 1] + values[half]) / 2;
}

std::optional<double> median_ratio(const std::vector<double> &values,
                                   const std::vector<double> &over)
{
    if (values.size() != over.size() || over.empty())
        return std::nullopt;
    std::vector<double> ratios;
    for (std::size_t place = 0; place < over.size(); ++place) {
        if (over[place] <= 0)
            return std::nullopt;
        ratios.push_back(values[place] / over[place]);
    }
    return median(std::move(ratios));
}

} // namespace ct

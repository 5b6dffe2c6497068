// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/bench.h"

#include <algorithm>
#include <map>
#include <set>
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

TimerRate make_timer_rate(const Status &status, const std::vector<Cell> &cells)
{
    TimerRate rate;
    rate.timer_hz = status.config.timer_hz.value_or(0);
    std::set<std::uint32_t> cpus;
    for (const Cell &cell : cells) {
        cpus.insert(cell.cpu);
        rate.operations += static_cast<double>(cell.operations);
        rate.interruptions += static_cast<double>(cell.interruptions);
        rate.fpu_hits += static_cast<double>(cell.fpu_hits);
    }
    if (rate.operations > 0)
        rate.hit_share = rate.fpu_hits / rate.operations;
    const double seconds = static_cast<double>(status.elapsed_ns) / 1e9;
    const double each = seconds * static_cast<double>(cpus.size());
    rate.operations = seconds > 0 ? rate.operations / seconds : 0.0;
    for (double *const count : {&rate.interruptions, &rate.fpu_hits})
        *count = each > 0 ? *count / each : 0.0;
    return rate;
}

std::uint32_t TimerRates::best_hz() const
{
    const auto best = std::max_element(rates.begin(), rates.end(),
                                       [](const TimerRate &one, const TimerRate &other) {
                                           return one.fpu_hits < other.fpu_hits;
                                       });
    return best == rates.end() || best->fpu_hits <= 0 ? 0 : best->timer_hz;
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace ct {

namespace {

double log_choose(double n, double k)
{
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

struct Counts {
    std::uint64_t mismatches = 0;
    std::uint64_t operations = 0;
};

using CellKey = std::function<std::string(const CellTotal &)>;

std::uint64_t all_of(const CellTotal &cell)
{
    return cell.mismatches;
}

// Those that are evidence against the CPU of the cell.
std::uint64_t of_the_cpu(const CellTotal &cell)
{
    return cell.mismatches - cell.mismatches_moved;
}

// The value with the least likely count. Every value is a try of its own.
void add_trend(std::vector<Trend> &trends, const std::string &factor,
               const std::vector<CellTotal> &cells, const CellKey &key,
               std::uint64_t (*count)(const CellTotal &) = all_of)
{
    std::map<std::string, Counts> values;
    Counts all;
    for (const CellTotal &cell : cells) {
        if (cell.operations == 0)
            continue;
        Counts &counts = values[key(cell)];
        counts.mismatches += count(cell);
        counts.operations += cell.operations;
        all.mismatches += count(cell);
        all.operations += cell.operations;
    }
    if (values.size() < 2 || all.mismatches == 0)
        return;
    Trend best;
    double least = 2;
    for (const auto &[value, counts] : values) {
        const std::uint64_t right =
            counts.operations - std::min(counts.operations, counts.mismatches);
        const std::uint64_t elsewhere = all.mismatches - counts.mismatches;
        const std::uint64_t operations = all.operations - counts.operations;
        const double tail = fisher_tail(counts.mismatches, right, elsewhere,
                                        operations - std::min(operations, elsewhere));
        if (tail >= least)
            continue;
        least = tail;
        best = {factor,
                value,
                counts.mismatches,
                all.mismatches,
                counts.operations,
                all.operations,
                std::min(1.0, tail * static_cast<double>(values.size()))};
    }
    trends.push_back(std::move(best));
}

// Something that happens to few operations, against how often the wrong ones had it.
struct Chance {
    const char *factor;
    const char *value;
    bool (*counts)(const Mismatch &record);        // is part of the statistic
    bool (*has)(const Mismatch &record);           // it happened
    bool (*can)(const CellTotal &cell);            // those that it can happen to
    std::uint64_t (*times)(const CellTotal &cell); // that it happened, in all cells
};

bool of_a_task(const Mismatch &record)
{
    return !record.changed && record.context != Context::Softirq;
}

bool any_cell(const CellTotal & /*cell*/)
{
    return true;
}

bool cell_of_a_task(const CellTotal &cell)
{
    return cell.context != Context::Softirq;
}

constexpr std::array<Chance, 3> chances{{
    {"interruption", "inside an FPU section",
     [](const Mismatch &record) { return !record.changed; },
     [](const Mismatch &record) { return record.fpu_hits > 0; }, any_cell,
     [](const CellTotal &cell) {
         return std::min(cell.operations, cell.fpu_hits);
     }},
    {"softirq operation", "inside its FPU section", of_a_task,
     [](const Mismatch &record) { return over_fpu_section(record); }, cell_of_a_task,
     [](const CellTotal &cell) {
         return over_fpu_section(cell);
     }},
    {"preemption or sleep", "in mid-operation", of_a_task,
     [](const Mismatch &record) { return record.preemptions > 0; }, cell_of_a_task,
     [](const CellTotal &cell) {
         return std::min(cell.operations, cell.preemptions);
     }},
}};

void add_chance(std::vector<Trend> &trends, const Chance &chance,
                const std::vector<Mismatch> &records, const std::vector<CellTotal> &cells)
{
    Trend trend{chance.factor, chance.value, 0, 0, 0, 0, 1};
    for (const CellTotal &cell : cells) {
        trend.operations += chance.times(cell);
        trend.all_operations += chance.can(cell) ? cell.operations : 0;
    }
    for (const Mismatch &record : records) {
        trend.all_mismatches += chance.counts(record) ? 1 : 0;
        trend.mismatches += chance.counts(record) && chance.has(record) ? 1 : 0;
    }
    if (trend.all_operations == 0 || trend.all_mismatches == 0)
        return;
    trend.chance = binomial_tail(trend.mismatches, trend.all_mismatches,
                                 static_cast<double>(trend.operations) /
                                     static_cast<double>(trend.all_operations));
    trends.push_back(std::move(trend));
}

// What all records with a packet have in common, where that has so many values.
void add_common(std::vector<Trend> &trends, const std::string &factor,
                const std::vector<Mismatch> &records, double values,
                const std::function<std::optional<std::string>(const Mismatch &)> &key)
{
    std::map<std::string, std::set<std::uint64_t>> packets;
    std::set<std::uint64_t> all;
    for (const Mismatch &record : records) {
        if (record.changed || !record.first)
            continue;
        if (const std::optional<std::string> value = key(record)) {
            packets[*value].insert(record.index);
            all.insert(record.index);
        }
    }
    if (all.size() < 2)
        return;
    const auto most = std::max_element(packets.begin(), packets.end(),
                                       [](const auto &one, const auto &other) {
                                           return one.second.size() < other.second.size();
                                       });
    trends.push_back(
        {factor, most->first, most->second.size(), all.size(), 0, 0,
         std::min(1.0, values * binomial_tail(most->second.size(), all.size(), 1 / values))});
}

// Those that were moved in mid-flight are no evidence against anybody.
void find_cpu(Tendencies &statistics, const std::vector<Mismatch> &records,
              const std::vector<CellTotal> &cells)
{
    std::map<std::uint32_t, double> operations;
    double all = 0;
    for (const CellTotal &cell : cells) {
        operations[cell.cpu] += static_cast<double>(cell.operations);
        all += static_cast<double>(cell.operations);
    }
    if (operations.size() < 2 || all <= 0)
        return;
    std::map<std::uint32_t, std::uint64_t> wrong;
    std::uint64_t all_wrong = 0;
    for (const Mismatch &record : records) {
        if (record.cpu_before != record.cpu_after)
            continue;
        ++wrong[record.cpu_before];
        ++all_wrong;
    }
    for (const auto &[cpu, count] : operations) {
        const std::uint64_t there = wrong[cpu];
        const bool nearly_all = there > 0 && there * 20 >= all_wrong * 19;
        const double chance = binomial_tail(there, all_wrong, count / all);
        statistics.one_cpu |= nearly_all && chance < 0.01;
    }
}

// Few bits, always the same ones of the same byte of the buffer: a cell of memory. It is
// at another place of it where layouts differ.
void find_place(Tendencies &statistics, const std::vector<Mismatch> &records)
{
    std::set<std::pair<std::uint32_t, int>> places;
    std::set<int> masks;
    std::set<std::uint64_t> packets;
    for (const Mismatch &record : records) {
        // What is left of a refused packet is the driver's doing.
        if (record.changed || !record.first || record.direction == Direction::Tampered)
            continue;
        const std::uint32_t offset = *record.first - std::min(*record.first, record.window);
        if (record.wrong_bytes > 1 || offset >= record.actual.size())
            return;
        masks.insert(record.actual[offset] ^ record.expected[offset]);
        places.emplace(*record.first, record.actual[offset] ^ record.expected[offset]);
        packets.insert(record.index);
    }
    statistics.same_place = places.size() == 1 && packets.size() > 2;
    statistics.one_mask = masks.size() == 1 && packets.size() > 2;
}

} // namespace

double fisher_tail(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d)
{
    const auto row = static_cast<double>(a + b);
    const auto other = static_cast<double>(c + d);
    const auto column = static_cast<double>(a + c);
    const double all = log_choose(row + other, column);
    double sum = 0;
    const double most = std::min(row, column);
    for (std::uint64_t step = a; static_cast<double>(step) <= most; ++step) {
        const auto k = static_cast<double>(step);
        if (column - k > other)
            continue;
        const double term = std::exp(log_choose(row, k) + log_choose(other, column - k) - all);
        sum += term;
        // Behind the peak they only get smaller.
        if (term < sum * 1e-12 && k > column * row / (row + other))
            break;
    }
    return std::min(1.0, sum);
}

double binomial_tail(std::uint64_t k, std::uint64_t n, double p)
{
    if (k == 0)
        return 1;
    if (p <= 0)
        return 0;
    if (p >= 1)
        return k <= n ? 1 : 0;
    double sum = 0;
    const auto all = static_cast<double>(n);
    for (std::uint64_t step = k; step <= n; ++step) {
        const auto count = static_cast<double>(step);
        const double term = std::exp(log_choose(all, count) + count * std::log(p) +
                                     (all - count) * std::log1p(-p));
        sum += term;
        if (term < sum * 1e-12 && count > all * p)
            break;
    }
    return std::min(1.0, sum);
}

Tendencies make_statistics(const std::vector<Mismatch> &records,
                           const std::vector<CellTotal> &cells)
{
    Tendencies statistics;
    std::set<std::uint32_t> cpus;
    std::set<std::string> drivers;
    for (const Mismatch &record : records) {
        cpus.insert(record.cpu_before);
        if (!record.changed)
            drivers.insert(record.driver);
    }
    statistics.cpus = cpus.size();
    statistics.drivers = drivers.size();
    auto &trends = statistics.trends;
    add_trend(
        trends, "CPU", cells, [](const CellTotal &cell) { return fmt::format("{}", cell.cpu); },
        of_the_cpu);
    add_trend(trends, "driver", cells, [](const CellTotal &cell) { return cell.driver; });
    add_trend(trends, "context", cells,
              [](const CellTotal &cell) { return std::string(name(cell.context)); });
    add_trend(trends, "direction", cells,
              [](const CellTotal &cell) { return std::string(name(cell.direction)); });
    for (const Chance &chance : chances)
        add_chance(trends, chance, records, cells);
    constexpr double residues = 4; // texts are padded to multiples of four
    constexpr double lengths = 200;
    constexpr double layouts = 30;
    // Texts of CBC are padded to whole blocks, which says nothing of their lengths.
    add_common(trends, "length modulo 16", records, residues,
               [](const Mismatch &record) -> std::optional<std::string> {
                   if (record.algorithm.find("cbc(") != std::string::npos)
                       return std::nullopt;
                   return fmt::format("{}", record.text_len % 16);
               });
    add_common(trends, "length", records, lengths,
               [](const Mismatch &record) { return fmt::format("{}", record.text_len); });
    add_common(trends, "first wrong offset", records, lengths, [](const Mismatch &record) {
        return fmt::format("{}", record.first.value_or(0));
    });
    add_common(trends, "layout", records, layouts,
               [](const Mismatch &record) { return record.layout; });
    for (const Trend &trend : trends) {
        const bool all = trend.mismatches * 10 >= trend.all_mismatches * 9;
        statistics.one_cpu |= trend.factor == "CPU" && trend.significant() && all;
        statistics.one_driver |= trend.factor == "driver" && trend.significant() && all;
        statistics.preempted |=
            trend.factor == "preemption or sleep" && trend.significant() && all;
        statistics.one_length |=
            trend.significant() && all &&
            (trend.factor == "length modulo 16" || trend.factor == "length");
    }
    find_cpu(statistics, records, cells);
    find_place(statistics, records);
    std::stable_sort(trends.begin(), trends.end(), [](const Trend &one, const Trend &other) {
        return one.chance < other.chance;
    });
    return statistics;
}

} // namespace ct

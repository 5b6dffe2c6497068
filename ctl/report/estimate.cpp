// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

// What a cell lacks that comes by chance with each operation.
struct Chance {
    Gap gap;
    std::uint64_t Cell::*count;
    const char *never; // what it is when it never happened
};

constexpr std::array<Chance, 4> chances{{
    {Gap::NoFpuHit, &Cell::fpu_hits, "no interruption inside an FPU section"},
    {Gap::NoSimd, &Cell::simd, "no operation that found the FPU free"},
    {Gap::NoNested, &Cell::nested, "no operation over one of a task"},
    {Gap::NoLive, &Cell::live, "no operation with live user registers below"},
}};

// All cells of one context on one CPU.
struct Place {
    std::uint64_t operations = 0;
    // Of the cells that are asked for it: those that had it and those that lack it.
    std::array<std::uint64_t, chances.size()> tries{};
    std::array<std::uint64_t, chances.size()> hits{};
    double needed = 0; // operations of cells that were not reached
};

using Places = std::map<std::pair<Context, std::uint32_t>, Place>;

void sum_up(const Cell &cell, Place &place)
{
    place.operations += cell.operations;
    for (std::size_t number = 0; number < chances.size(); ++number) {
        const Chance &chance = chances.at(number);
        if (cell.*chance.count == 0 && cell.gap != chance.gap)
            continue;
        place.tries.at(number) += cell.operations;
        place.hits.at(number) += cell.*chance.count;
    }
}

// CPUs by what never happened in which context.
using Never = std::map<std::pair<std::string, Context>, std::vector<std::uint32_t>>;

// Adds what the cell still needs, and what never happened.
void need(const Cell &cell, Place &place, Never &never)
{
    const auto tell = [&](const char *what) {
        never[{what, cell.context}].push_back(cell.cpu);
    };
    if (place.operations == 0) {
        tell("no operation at all");
        return;
    }
    for (std::size_t number = 0; number < chances.size(); ++number) {
        const Chance &chance = chances.at(number);
        if (cell.gap != chance.gap)
            continue;
        if (place.hits.at(number) == 0)
            tell(chance.never);
        else
            place.needed += static_cast<double>(place.tries.at(number)) /
                            static_cast<double>(place.hits.at(number));
    }
    if (cell.operations < cell_minimum)
        place.needed += static_cast<double>(cell_minimum - cell.operations);
}

bool only_time_lacks(Gap gap)
{
    switch (gap) {
    case Gap::None:
    case Gap::NotApplicable:
    case Gap::CpuOffline:
    case Gap::DriverFailed:
        return false;
    case Gap::TooFew:
    case Gap::NoFpuHit:
    case Gap::NoSoftirq:
    case Gap::NoCall:
    case Gap::NoSimd:
    case Gap::NoNested:
    case Gap::NoLive:
        break;
    }
    return true;
}

template <typename Word> bool same(std::vector<Word> one, std::vector<Word> other)
{
    std::sort(one.begin(), one.end());
    std::sort(other.begin(), other.end());
    return one == other;
}

std::string quoted(const std::string &list)
{
    return list.find_first_of("()*?[ ") == std::string::npos ? list : fmt::format("'{}'", list);
}

std::string chosen_words(const Config &config)
{
    std::string text;
    std::vector<Context> contexts{Context::Task, Context::Softirq};
    if (config.exercisers > 0)
        contexts.push_back(Context::Caller);
    if (config.contexts && !same(*config.contexts, contexts))
        text += " --contexts " + join_names(*config.contexts, ",");
    std::vector<Disturber> disturbers;
    for (std::size_t place = 0; place < count_of<Disturber>; ++place) {
        const auto disturber = static_cast<Disturber>(place);
        if (!off_by_default(disturber) &&
            (config.exercisers > 0 || !needs_exercisers(disturber)))
            disturbers.push_back(disturber);
    }
    if (config.disturbers && !same(*config.disturbers, disturbers))
        text +=
            " --disturb " + (config.disturbers->empty() ? std::string("none")
                                                        : join_names(*config.disturbers, ","));
    return text;
}

} // namespace

std::optional<Estimate> estimate(const Status &status, const std::vector<Cell> &cells)
{
    // Every other draw goes to cells that were not reached yet.
    constexpr double draws = 2;
    Places places;
    for (const Cell &cell : cells)
        sum_up(cell, places[{cell.context, cell.cpu}]);

    Estimate result;
    Never never;
    bool any = false;
    for (const Cell &cell : cells) {
        if (only_time_lacks(cell.gap)) {
            any = true;
            need(cell, places[{cell.context, cell.cpu}], never);
        } else if (cell.gap != Gap::None && cell.gap != Gap::NotApplicable) {
            result.hopeless = true;
        }
    }
    if (!any && !result.hopeless)
        return std::nullopt;
    if (!any)
        return result;

    for (auto &[key, cpus] : never) {
        const std::string list = number_list(std::move(cpus));
        const bool many = list.find_first_of(",-") != std::string::npos;
        result.unknown.push_back(fmt::format("{} in {} context on {} {}", key.first,
                                             name(key.second), many ? "CPUs" : "CPU", list));
    }
    if (status.elapsed_ns == 0)
        result.unknown.emplace_back("no time passed");
    if (!result.unknown.empty())
        return result;

    const double elapsed = static_cast<double>(status.elapsed_ns) / 1e9;
    double more = 0;
    for (const auto &[key, place] : places)
        if (place.needed > 0)
            more = std::max(more, draws * place.needed * elapsed /
                                      static_cast<double>(place.operations));
    // The next run begins from zero, and has to come as far as this one first.
    result.seconds = elapsed + more;
    return result;
}

std::uint64_t round_up_generously(double seconds)
{
    constexpr double generous = 1.2;
    constexpr std::array<std::uint64_t, 18> steps{10,    20,    30,    60,    120,    180,
                                                  300,   600,   900,   1800,  3600,   7200,
                                                  10800, 21600, 43200, 86400, 172800, 604800};
    const double wanted = seconds * generous;
    for (const std::uint64_t step : steps)
        if (wanted <= static_cast<double>(step))
            return step * 1000;
    const double days = std::ceil(wanted / 86400);
    constexpr std::uint64_t day_ms = 86400ULL * 1000;
    if (!(days * static_cast<double>(day_ms) < static_cast<double>(duration_max_ms)))
        return duration_max_ms;
    return static_cast<std::uint64_t>(days) * day_ms;
}

std::string about_text(double seconds)
{
    constexpr std::array<std::pair<double, const char *>, 3> units{
        {{86400, "days"}, {3600, "hours"}, {60, "min"}}};
    for (const auto &[size, unit] : units)
        if (seconds >= 1.5 * size)
            return fmt::format("about {:.0f} {}", std::ceil(seconds / size), unit);
    return fmt::format("about {:.0f} s", std::ceil(seconds));
}

std::string command_again(const Config &config, std::uint64_t duration_ms,
                          const std::vector<Driver> &drivers,
                          const std::vector<Processor> &processors)
{
    std::string text = "cryptorture run --for " + duration_text(duration_ms);
    if (config.load && *config.load != load_full)
        text += " --load " + load_text(*config.load);
    std::vector<std::string> usable;
    for (const Driver &driver : drivers)
        if (driver.usable())
            usable.push_back(driver.name);
    if (!config.drivers.empty() && !usable.empty() && !same(config.drivers, usable))
        text += " --drivers " + quoted(fmt::format("{}", fmt::join(config.drivers, ",")));
    text += chosen_words(config);
    std::vector<std::uint32_t> cpus;
    cpus.reserve(processors.size());
    for (const Processor &processor : processors)
        cpus.push_back(processor.cpu);
    if (config.cpus && !cpus.empty() && *config.cpus != number_list(cpus))
        text += " --cpus " + *config.cpus;
    if (config.exercisers != 1)
        text += fmt::format(" --exercisers {}", config.exercisers);
    if (config.sizes)
        text += " --sizes " + *config.sizes;
    if (config.timer_hz && *config.timer_hz != timer_hz_default)
        text += fmt::format(" --timer-hz {}", *config.timer_hz);
    return text;
}

} // namespace ct

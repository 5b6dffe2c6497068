// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/report.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace ct {

namespace {

std::string gap_reason(const Cell &cell, const Driver *driver)
{
    switch (cell.gap) {
    case Gap::TooFew:
        return "too few operations";
    case Gap::NoFpuHit:
        return "never interrupted inside an FPU section";
    case Gap::CpuOffline:
        return "the CPU went offline during the run";
    case Gap::DriverFailed:
        if (driver != nullptr && !driver->reason.empty())
            return "the driver failed: " + driver->reason;
        return "the driver failed";
    case Gap::NoSoftirq:
        return "nothing ran in softirq context";
    case Gap::NoCall:
        return "no call came from an exerciser";
    case Gap::NoSimd:
        return "the FPU was busy each time, so no SIMD code ran";
    case Gap::NoNested:
        return "never ran over an operation of a task";
    case Gap::NoLive:
        return "never had live user registers below";
    case Gap::NotApplicable:
    case Gap::None:
        break;
    }
    return {};
}

std::string gap_advice(Gap gap, const Config &config)
{
    const bool loaded = !config.load || *config.load == load_full;
    const auto &disturbers = config.disturbers;
    const bool timer = !disturbers || std::find(disturbers->begin(), disturbers->end(),
                                                Disturber::Timer) != disturbers->end();
    switch (gap) {
    case Gap::TooFew:
        return loaded ? "run longer (--for), or with fewer drivers (--drivers)"
                      : "run longer (--for), or with more load (--load)";
    case Gap::NoFpuHit:
        return timer ? "run longer (--for), or interrupt more often (--timer-hz)"
                     : "let the timer interrupt operations (--disturb timer,preempt)";
    case Gap::CpuOffline:
        return "keep every CPU online, or name those that stay (--cpus)";
    case Gap::DriverFailed:
        return "see 'cryptorture drivers' and the kernel log, or leave the driver out "
               "(--drivers)";
    case Gap::NoSoftirq:
        return "run longer (--for), or leave softirq out (--contexts all,-softirq)";
    case Gap::NoCall:
        return "run longer (--for), or leave caller out (--contexts all,-caller)";
    case Gap::NoSimd:
    case Gap::NoNested:
    case Gap::NoLive:
        return "run longer (--for)";
    case Gap::NotApplicable:
    case Gap::None:
        break;
    }
    return {};
}

const Driver *find_driver(const std::vector<Driver> &drivers, std::uint32_t id)
{
    const auto place = std::find_if(drivers.begin(), drivers.end(),
                                    [id](const Driver &driver) { return driver.id == id; });
    return place == drivers.end() ? nullptr : &*place;
}

// The module counts per cell; the records say what was wrong.
std::vector<Group> group(const Report &report, const Journal &journal)
{
    std::map<Journal::Key, Group> found;
    for (const Cell &cell : report.cells) {
        if (cell.mismatches == 0)
            continue;
        const std::string driver = report.driver_name(cell.driver);
        Group &entry = found[Journal::Key(driver, cell.cpu, cell.context, cell.direction)];
        entry.mismatches += cell.mismatches;
        entry.operations += cell.operations;
    }
    for (const auto &[key, tally] : journal.tallies()) {
        Group &entry = found[key];
        entry.tally = tally;
        entry.mismatches = std::max(entry.mismatches, tally.records);
    }

    std::vector<Group> groups;
    groups.reserve(found.size());
    for (auto &[key, entry] : found) {
        std::tie(entry.driver, entry.cpu, entry.context, entry.direction) = key;
        groups.push_back(std::move(entry));
    }
    std::stable_sort(groups.begin(), groups.end(), [](const Group &one, const Group &other) {
        return one.mismatches > other.mismatches;
    });
    return groups;
}

std::vector<GapGroup> group_gaps(const Report &report)
{
    // First the CPUs of one driver, context and direction ...
    using Fine = std::tuple<Gap, std::uint32_t, Context, Direction>;
    std::map<Fine, std::pair<std::vector<std::uint32_t>, const Cell *>> fine;
    for (const Cell &cell : report.cells) {
        if (cell.gap == Gap::None)
            continue;
        auto &[cpus, most] = fine[Fine(cell.gap, cell.driver, cell.context, cell.direction)];
        cpus.push_back(cell.cpu);
        if (most == nullptr || cell.operations > most->operations)
            most = &cell;
    }
    // ... then the directions that miss the same CPUs.
    using Coarse = std::tuple<Gap, std::uint32_t, Context, std::string>;
    std::map<Coarse, GapGroup> coarse;
    for (const auto &[key, value] : fine) {
        const auto &[gap, id, context, direction] = key;
        const auto &[cpus, most] = value;
        const std::string list = cpu_list(cpus);
        GapGroup &entry = coarse[Coarse(gap, id, context, list)];
        entry.gap = gap;
        entry.driver = report.driver_name(id);
        entry.context = context;
        entry.directions.push_back(direction);
        entry.cpus = list;
        entry.cells += cpus.size();
        entry.operations = std::max(entry.operations, most->operations);
        entry.reason = gap_reason(*most, find_driver(report.drivers, id));
    }

    std::vector<GapGroup> gaps;
    gaps.reserve(coarse.size());
    for (auto &[key, entry] : coarse)
        gaps.push_back(std::move(entry));
    return gaps;
}

std::vector<DriverSum> sum_drivers(const Report &report)
{
    std::vector<DriverSum> sums;
    std::map<std::uint32_t, std::size_t> places;
    for (const Cell &cell : report.cells) {
        const auto [place, is_new] = places.try_emplace(cell.driver, sums.size());
        if (is_new) {
            sums.emplace_back();
            sums.back().driver = report.driver_name(cell.driver);
        }
        DriverSum &sum = sums[place->second];
        sum.operations += cell.operations;
        sum.bytes += cell.bytes;
        sum.mismatches += cell.mismatches;
        sum.interruptions += cell.interruptions;
        sum.fpu_hits += cell.fpu_hits;
        sum.nested += cell.nested;
        ++sum.cells_planned;
        if (cell.gap == Gap::None)
            ++sum.cells_reached;
    }
    return sums;
}

} // namespace

std::string Report::driver_name(std::uint32_t id) const
{
    const Driver *driver = find_driver(drivers, id);
    return driver != nullptr ? driver->name : fmt::format("driver {}", id);
}

Report make_report(std::string_view program, const Version &version, const Status &status,
                   std::vector<Driver> drivers, std::vector<Cell> cells, const Journal &journal)
{
    Report report;
    report.program = program;
    report.version = version;
    report.status = status;
    report.drivers = std::move(drivers);
    report.cells = std::move(cells);
    report.records = journal.first();
    report.groups = group(report, journal);
    report.gaps = group_gaps(report);
    report.sums = sum_drivers(report);
    report.recorded = journal.obtained();
    report.lost = journal.lost(status);
    report.bound = bound(status.mismatches, status.operations, status.blocks);

    for (const GapGroup &gap : report.gaps) {
        std::string advice = gap_advice(gap.gap, status.config);
        if (std::find(report.advice.begin(), report.advice.end(), advice) ==
            report.advice.end())
            report.advice.push_back(std::move(advice));
    }
    return report;
}

std::string cpu_list(std::vector<std::uint32_t> cpus)
{
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());

    std::string text;
    for (std::size_t place = 0; place < cpus.size();) {
        std::size_t end = place;
        while (end + 1 < cpus.size() && cpus[end + 1] == cpus[end] + 1)
            ++end;
        if (!text.empty())
            text += ',';
        text += end == place ? fmt::format("{}", cpus[place])
                             : fmt::format("{}-{}", cpus[place], cpus[end]);
        place = end + 1;
    }
    return text;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/coverage.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

const Driver *find_driver(const std::vector<Driver> &drivers, std::uint32_t id)
{
    const auto place = std::find_if(drivers.begin(), drivers.end(),
                                    [id](const Driver &driver) { return driver.id == id; });
    return place == drivers.end() ? nullptr : &*place;
}

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

// Drivers that cannot show something for one reason, in one line.
class Collector {
public:
    void add(const std::string &kind, const std::string &why, const std::string &driver,
             std::uint64_t cells)
    {
        auto place = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
            return entry.kind == kind && entry.why == why;
        });
        if (place == entries_.end()) {
            entries_.push_back({kind, why, {}, 0});
            place = entries_.end() - 1;
        }
        if (std::find(place->drivers.begin(), place->drivers.end(), driver) ==
            place->drivers.end())
            place->drivers.push_back(driver);
        place->cells += cells;
    }

    void put(std::vector<Inapplicable> &list) const
    {
        for (const Entry &entry : entries_)
            list.push_back({fmt::format("{}{}", entry.kind, fmt::join(entry.drivers, ", ")),
                            entry.why, entry.cells});
    }

private:
    struct Entry {
        std::string kind;
        std::string why;
        std::vector<std::string> drivers;
        std::uint64_t cells = 0;
    };
    std::vector<Entry> entries_;
};

bool has(const std::vector<Exempt> &list, Exempt wanted)
{
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

void add_cells(const std::vector<Driver> &drivers, const std::vector<Cell> &cells,
               Collector &collector)
{
    for (const Cell &cell : cells) {
        const std::string driver = name_of(drivers, cell.driver);
        if (has(cell.exempt, Exempt::NoIcv))
            collector.add("tampered packets of ", "there is no ICV to tamper with", driver, 1);
        else if (has(cell.exempt, Exempt::Deferred))
            collector.add("FPU hits of ", "the work is done in another thread", driver, 1);
        else if (has(cell.exempt, Exempt::Threaded))
            collector.add("softirqs over operations, by ",
                          "they are threads on this kernel (PREEMPT_RT)", driver, 1);
        else if (cell.gap == Gap::NotApplicable)
            collector.add("some cells of ", "the module did not plan them", driver, 1);
    }
}

// Of one that is present and can be used, the reason is of a part of the plan.
void add_absent(const std::vector<Driver> &drivers, Collector &collector)
{
    for (const Driver &driver : drivers) {
        if (driver.present) {
            if (!driver.expected && !driver.reason.empty())
                collector.add("", driver.reason, driver.name, 0);
            continue;
        }
        std::string why = driver.reason.empty() ? "absent" : driver.reason;
        if (driver.expected)
            why += " (this machine ought to have it)";
        collector.add("", why, driver.name, 0);
    }
}

} // namespace

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
                     : "let the timer interrupt operations (--disturb default)";
    case Gap::CpuOffline:
        return "keep every CPU online, or name those that stay (--cpus)";
    case Gap::DriverFailed:
        return "see 'cryptorture drivers' and the kernel log, or leave the driver out "
               "(--drivers)";
    case Gap::NoSoftirq:
        return "run longer (--for), or leave softirq out (--contexts=-softirq)";
    case Gap::NoCall:
        return "run longer (--for), with more exercisers (--exercisers), or leave caller out "
               "(--contexts=-caller)";
    case Gap::NoSimd:
        return "run longer (--for), or with fewer disturbers (--disturb)";
    case Gap::NoNested:
        return loaded ? "run longer (--for)" : "run longer (--for), or with more load (--load)";
    case Gap::NoLive:
        return "run longer (--for), or with more exercisers (--exercisers)";
    case Gap::NotApplicable:
    case Gap::None:
        break;
    }
    return {};
}

std::string name_of(const std::vector<Driver> &drivers, std::uint32_t id)
{
    const Driver *driver = find_driver(drivers, id);
    return driver != nullptr ? driver->name : fmt::format("driver {}", id);
}

std::vector<GapGroup> group_gaps(const std::vector<Driver> &drivers,
                                 const std::vector<Cell> &cells)
{
    // First the CPUs of one driver, context and direction ...
    using Fine = std::tuple<Gap, std::uint32_t, Context, Direction>;
    std::map<Fine, std::pair<std::vector<std::uint32_t>, const Cell *>> fine;
    for (const Cell &cell : cells) {
        if (cell.gap == Gap::None || cell.gap == Gap::NotApplicable)
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
        const std::string list = number_list(cpus);
        GapGroup &entry = coarse[Coarse(gap, id, context, list)];
        entry.gap = gap;
        entry.driver = name_of(drivers, id);
        entry.context = context;
        entry.directions.push_back(direction);
        entry.cpus = list;
        entry.cells += cpus.size();
        entry.operations = std::max(entry.operations, most->operations);
        entry.reason = gap_reason(*most, find_driver(drivers, id));
    }

    std::vector<GapGroup> gaps;
    gaps.reserve(coarse.size());
    for (auto &[key, entry] : coarse)
        gaps.push_back(std::move(entry));
    return gaps;
}

std::vector<Inapplicable> list_inapplicable(const Status &status,
                                            const std::vector<Driver> &drivers,
                                            const std::vector<Cell> &cells)
{
    std::vector<Inapplicable> list;
    if (status.state == State::Idle)
        return list;
    Collector collector;
    add_cells(drivers, cells, collector);
    add_absent(drivers, collector);
    collector.put(list);
    for (const DisturberCount &count : status.disturbers)
        if (!count.reason.empty())
            list.push_back(
                {fmt::format("disturber {}", name(count.disturber)), count.reason, 0});
    const auto &contexts = status.config.contexts;
    const auto planned = [&contexts](Context context) {
        return contexts &&
               std::find(contexts->begin(), contexts->end(), context) != contexts->end();
    };
    if (planned(Context::Softirq) && !status.fpu_nests)
        list.push_back({"softirq operations over an FPU section of a task",
                        "this kernel keeps softirqs out of them", 0});
    if (!planned(Context::Caller) && status.config.exercisers == 0)
        list.push_back(
            {"caller context", "there were no exercisers: 'cryptorture run' starts some", 0});
    return list;
}

std::vector<DriverSum> sum_drivers(const std::vector<Driver> &drivers,
                                   const std::vector<Cell> &cells)
{
    std::vector<DriverSum> sums;
    std::map<std::uint32_t, std::size_t> places;
    for (const Cell &cell : cells) {
        const auto [place, is_new] = places.try_emplace(cell.driver, sums.size());
        if (is_new) {
            sums.emplace_back();
            sums.back().driver = name_of(drivers, cell.driver);
        }
        DriverSum &sum = sums[place->second];
        sum.operations += cell.operations;
        sum.bytes += cell.bytes;
        sum.mismatches += cell.mismatches;
        sum.interruptions += cell.interruptions;
        sum.fpu_hits += cell.fpu_hits;
        sum.nested += cell.nested;
        if (cell.gap == Gap::NotApplicable)
            continue;
        CellCount &count = sum.contexts.at(static_cast<std::size_t>(cell.context));
        ++sum.cells_planned;
        ++count.planned;
        if (cell.gap != Gap::None)
            continue;
        ++sum.cells_reached;
        ++count.reached;
    }
    return sums;
}

std::vector<CpuSum> sum_cpus(const std::vector<Cell> &cells)
{
    std::map<std::uint32_t, CpuSum> sums;
    for (const Cell &cell : cells) {
        CpuSum &sum = sums[cell.cpu];
        sum.cpu = cell.cpu;
        sum.operations += cell.operations;
        sum.mismatches += cell.mismatches;
        sum.mismatches_moved += cell.mismatches_moved;
        sum.fpu_hits += cell.fpu_hits;
        sum.nested += cell.nested;
        sum.migrations += cell.migrations;
        if (cell.gap == Gap::NotApplicable)
            continue;
        ++sum.cells_planned;
        sum.cells_reached += cell.gap == Gap::None ? 1 : 0;
    }
    std::vector<CpuSum> list;
    list.reserve(sums.size());
    for (const auto &[cpu, sum] : sums)
        list.push_back(sum);
    return list;
}

} // namespace ct

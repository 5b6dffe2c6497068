// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace ct {

namespace {

// The module counts per cell; the records say what was wrong.
std::vector<Group> group(const Report &report, const Journal &journal)
{
    std::map<Journal::Key, Group> found;
    const bool counted = !report.cells.empty();
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
        // What no driver did has no cell.
        if (!counted || std::get<std::string>(key).empty())
            entry.mismatches = tally.records;
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

// From 7.0 on the drivers of the kernel's AES library take the place of aes-generic,
// and they use AES-NI where the CPU has it.
std::optional<bool> independence(const std::vector<Driver> &drivers)
{
    const auto has = [&](std::string_view aes, bool simd) {
        return std::any_of(drivers.begin(), drivers.end(), [&](const Driver &driver) {
            return driver.present && driver.simd == simd &&
                   driver.name.find(aes) != std::string::npos;
        });
    };
    if (has("aes-lib", true))
        return false;
    return has("aes-generic", false) ? std::optional(true) : std::nullopt;
}

// Cells count what drivers did; of all else there are the records.
void add_driverless(Report &report)
{
    for (const Group &entry : report.groups) {
        if (!entry.driver.empty())
            continue;
        const auto place =
            std::find_if(report.cpus.begin(), report.cpus.end(),
                         [&entry](const CpuSum &sum) { return sum.cpu == entry.cpu; });
        if (place == report.cpus.end())
            continue;
        place->mismatches += entry.mismatches;
        place->mismatches_moved += entry.tally.moved;
    }
}

} // namespace

ExitStatus Report::exit_status() const
{
    if (late_registers > 0)
        return ExitStatus::Corrupt;
    return exerciser_deaths > 0 && status.verdict == Verdict::Clean
               ? ExitStatus::Inconclusive
               : ct::exit_status(status.verdict);
}

std::string Report::driver_name(std::uint32_t id) const
{
    return name_of(drivers, id);
}

Report make_report(std::string_view program, const Version &version, const Status &status,
                   std::vector<Driver> drivers, std::vector<Cell> cells, const Journal &journal,
                   std::vector<Processor> processors)
{
    Report report;
    report.program = program;
    report.version = version;
    report.status = status;
    report.drivers = std::move(drivers);
    report.cells = std::move(cells);
    report.records = journal.first();
    report.groups = group(report, journal);
    report.gaps = group_gaps(report.drivers, report.cells);
    report.inapplicable = list_inapplicable(status, report.drivers, report.cells);
    report.sums = sum_drivers(report.drivers, report.cells);
    report.processors = std::move(processors);
    report.cpus = sum_cpus(report.cells);
    add_driverless(report);
    // Those that were injected say nothing of a CPU.
    if (status.injected_found < status.mismatches)
        report.suspect = find_suspect(report.cpus, report.processors);
    report.recorded = journal.obtained();
    report.lost = journal.lost(status);
    report.independent = independence(report.drivers);
    report.bound = bound(status.mismatches, status.operations, status.blocks);

    for (const GapGroup &gap : report.gaps) {
        std::string advice = gap_advice(gap.gap, status.config);
        if (std::find(report.advice.begin(), report.advice.end(), advice) ==
            report.advice.end())
            report.advice.push_back(std::move(advice));
    }
    if (status.verdict != Verdict::Inconclusive)
        return report;
    report.estimate = estimate(status, report.cells);
    if (report.estimate && report.estimate->seconds)
        report.again =
            command_again(status.config, round_up_generously(*report.estimate->seconds),
                          report.drivers, report.processors);
    return report;
}

} // namespace ct

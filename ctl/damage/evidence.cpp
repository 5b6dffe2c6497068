// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/evidence.h"

#include <algorithm>
#include <map>

namespace ct {

namespace {

std::vector<CellTotal> totals_of(const Report &report)
{
    // Cells count injected mismatches too; the records distinguish them.
    std::map<Journal::Key, std::uint64_t> real;
    for (const Group &group : report.groups)
        real[Journal::Key(group.driver, group.cpu, group.context, group.direction)] =
            group.tally.records - std::min(group.tally.records, group.tally.injected);
    std::vector<CellTotal> totals;
    totals.reserve(report.cells.size());
    for (const Cell &cell : report.cells) {
        CellTotal &total = totals.emplace_back();
        total.driver = report.driver_name(cell.driver);
        total.context = cell.context;
        total.direction = cell.direction;
        total.cpu = cell.cpu;
        static_cast<CellCounters &>(total) = static_cast<const CellCounters &>(cell);
        if (report.status.injected > 0)
            total.mismatches = std::min(
                cell.mismatches,
                real[Journal::Key(total.driver, cell.cpu, cell.context, cell.direction)]);
        total.mismatches_moved = std::min(total.mismatches, cell.mismatches_moved);
    }
    return totals;
}

} // namespace

void Collector::add(const Mismatch &record)
{
    if (!quota_.take(record))
        return;
    records_.push_back(record);
    records_.back().packet.reset(); // it is made again anyway
}

Evidence Collector::evidence(const Report &report) const
{
    Evidence evidence;
    evidence.records = records_;
    evidence.cells = totals_of(report);
    evidence.injected = report.status.injected_found;
    return evidence;
}

Evidence evidence_of(const Report &report, const std::vector<Mismatch> &records)
{
    Collector collector;
    for (const Mismatch &record : records)
        collector.add(record);
    return collector.evidence(report);
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/concurrent.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <fmt/format.h>

#include "analysis/facts.h"

namespace ct {

namespace {

bool has_company(const Mismatch &record)
{
    return record.concurrent &&
           std::any_of(record.concurrent->begin(), record.concurrent->end(),
                       [&](const Concurrent &other) { return other.driver == record.driver; });
}

// One whose thread lost its CPU goes on for so long that anything overlaps with it, and what
// it had in registers may then be anybody's.
bool is_brief(const Mismatch &record)
{
    return record.preemptions == 0 && !record.async;
}

// The data of the other operation is there: they share a buffer or a register.
void weigh_data(Scores &scores, const std::vector<const Mismatch *> &records,
                const std::vector<const RecordDiagnosis *> &examined,
                const std::vector<double> &weights)
{
    using enum BugClass;
    double foreign = 0;
    double in_flight = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const auto &damage = examined[place]->damage;
        // A softirq leaves its data in the registers of an FPU section, too.
        if (!damage || !damage->concurrent || !is_brief(*records[place]) ||
            over_fpu_section(*records[place]))
            continue;
        foreign += weights[place];
        in_flight += flying(*records[place]) ? weights[place] : 0;
    }
    if (foreign <= 0)
        return;
    const char *const why =
        "wrong blocks hold data that the driver worked at at the same time, "
        "for another packet";
    scores.add(in_flight * 2 > foreign ? AsyncOrder : DriverRace, 40, why);
    scores.add_to_suspected({VcpuSwitch, FpuSleep, DriverData, KeySchedule, Memory}, -20, why);
}

// How often any operation of the driver has company of its own kind was counted, too.
void weigh_company(Scores &scores, const std::vector<const Mismatch *> &records,
                   const RunFacts &facts)
{
    using enum BugClass;
    std::set<std::string> drivers;
    double known = 0;
    double with = 0;
    double in_flight = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        // What a softirq over it does is weighed elsewhere: it is company of its own.
        if (!record.concurrent || !is_brief(record) || record.nested > 0)
            continue;
        drivers.insert(record.driver);
        known += facts.recurrence.weights[place];
        with += has_company(record) ? facts.recurrence.weights[place] : 0;
        in_flight += flying(record) ? facts.recurrence.weights[place] : 0;
    }
    std::uint64_t checked = 0;
    std::uint64_t usual = 0;
    for (const CellTotal &cell : facts.cells)
        if (drivers.contains(cell.driver)) {
            checked += cell.concurrent_checked;
            usual += cell.concurrent;
        }
    constexpr double enough = 3;
    constexpr double none_enough = 5;
    constexpr std::uint64_t checked_enough = 20;
    if (known < enough || checked < checked_enough || in_flight * 2 > known)
        return;
    // One more than was counted: what was never seen is not impossible.
    const double share = static_cast<double>(usual + 1) / static_cast<double>(checked + 1);
    constexpr double no_accident = 0.001;
    constexpr double most = 0.8; // the record knows of the last operations of a CPU only
    if (with >= known * most && std::pow(share, with) < no_accident) {
        const std::string why = fmt::format(
            "most wrong operations overlapped with another one of the same driver; of "
            "all operations {:.1f} % do",
            100 * static_cast<double>(usual) / static_cast<double>(checked));
        scores.add(DriverRace, 45, why);
        scores.add_to_suspected(
            {DriverData, VcpuSwitch, FpuNested, FpuSleep, Memory, CpuIntermittent, KeySchedule},
            -25, why);
    } else if (with == 0 && known >= none_enough && scores.at(DriverRace) > 0) {
        scores.add(DriverRace, -35,
                   "no wrong operation overlapped with another one of the same driver");
    }
}

} // namespace

void weigh_concurrent(Scores &scores, const std::vector<const Mismatch *> &records,
                      const std::vector<const RecordDiagnosis *> &examined,
                      const RunFacts &facts)
{
    weigh_data(scores, records, examined, facts.recurrence.weights);
    weigh_company(scores, records, facts);
}

} // namespace ct

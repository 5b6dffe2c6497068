// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/gather.h"

#include <utility>

#include "diagnose/diagnose.h"
#include "session/processors.h"

namespace ct {

Result<Journal> read_journal(Kernel &kernel, const Status &status, Collector *collector)
{
    Journal journal(status.run);
    if (status.records == 0)
        return journal;
    const auto dump = kernel.mismatches(1);
    if (!dump)
        return Failure(dump.error());
    for (const Mismatch &record : dump->records)
        if (journal.add(record) && collector != nullptr)
            collector->add(record);
    return journal;
}

Report gather(Environment &environment, Connection &connection, Renderer &renderer,
              const Status &status, const Journal &journal)
{
    auto drivers = connection.kernel->known_drivers();
    if (!drivers) {
        renderer.message(drivers.error().sentence());
        drivers = std::vector<Driver>();
    }
    auto cells = connection.kernel->cells();
    if (!cells) {
        renderer.message(cells.error().sentence());
        cells = std::vector<Cell>();
    }
    Report report =
        make_report(environment.program, connection.version, status, std::move(*drivers),
                    std::move(*cells), journal, read_processors(environment.root));
    report.untested = untested_cpus(environment.root, status.config.cpus.value_or(""));
    return report;
}

void print_diagnosis(Renderer &renderer, const Report &report, const Collector &collector)
{
    if (!collector.empty())
        renderer.diagnosis(diagnose(collector.evidence(report)));
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/gather.h"

#include <optional>
#include <utility>

#include "base/quantity.h"
#include "base/shell_command.h"
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

std::string whole_command(const std::string &folder)
{
    if (folder.empty())
        return ShellCommand("cryptorture status --full").text();
    // What a shell would change is not shown as a command.
    if (folder.find_first_of("'\"\\$`") != std::string::npos || printable(folder) != folder)
        return "report.txt in the folder has all";
    return ShellCommand("cryptorture").add("report", folder).add("--full").text();
}

void print_end(Renderer &renderer, const Report &report, const Collector &collector)
{
    renderer.verdict(report);
    std::optional<Diagnosis> diagnosis;
    if (!collector.empty())
        renderer.diagnosis(diagnosis.emplace(diagnose(collector.evidence(report))));
    renderer.ended(report, diagnosis ? &*diagnosis : nullptr);
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture report: what a run wrote into a folder, shown again. It needs
// neither root nor the module, and works on any machine.
#include "commands/commands.h"

#include "artifact/saved_run.h"
#include "session/gather.h"
#include "session/saved.h"
#include "text/summary.h"

namespace ct {

namespace {

struct ReportOptions {
    std::string folder;
    bool json = false;
};

ExitStatus show_report(Environment &environment, const ReportOptions &options)
{
    const auto renderer = make_renderer(environment, options.json);
    if (options.folder.empty())
        return fail(*renderer,
                    failure(ErrorKind::Usage, "cannot show a report", "a folder is missing",
                            "name one that 'cryptorture run --out' wrote")
                        .value());
    const auto saved = read_run(options.folder);
    if (!saved)
        return fail(*renderer, saved.error());
    // As the run itself gave them to JSON readers; the text has the first ones in full.
    if (options.json)
        renderer->mismatches(saved->records, true);
    print_saved(environment, *renderer, *saved);
    renderer->verdict(saved->report);
    Collector collector;
    for (const Mismatch &record : saved->records)
        collector.add(record);
    print_diagnosis(*renderer, saved->report, collector);
    if (saved->report.late_registers > 0)
        renderer->message(late_registers_text);
    if (saved->report.exerciser_deaths > 0)
        renderer->message(exerciser_deaths_text);
    return saved->exit_status();
}

} // namespace

Command add_report(Options &options)
{
    const auto values = std::make_shared<ReportOptions>();
    options.value("DIR", values->folder, "", "a folder that 'cryptorture run --out' wrote");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return show_report(environment, *values);
    };
}

} // namespace ct

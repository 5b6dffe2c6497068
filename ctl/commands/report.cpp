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

struct ReportWishes {
    std::string folder;
    bool json = false;
};

ExitStatus show_report(Environment &environment, const ReportWishes &wishes)
{
    const auto renderer = make_renderer(environment, wishes.json);
    if (wishes.folder.empty())
        return fail(*renderer,
                    failure(ErrorKind::Usage, "cannot show a report", "a folder is missing",
                            "name one that 'cryptorture run --out' wrote")
                        .value());
    const auto saved = read_run(wishes.folder);
    if (!saved)
        return fail(*renderer, saved.error());
    // As the run itself gave them to JSON readers; the text has the first ones in full.
    if (wishes.json)
        renderer->mismatches(saved->records, true);
    tell_saved(environment, *renderer, *saved);
    renderer->verdict(saved->report);
    Collector collector;
    for (const Mismatch &record : saved->records)
        collector.add(record);
    tell_diagnosis(*renderer, saved->report, collector);
    if (saved->report.late_registers > 0)
        renderer->message(late_registers_text);
    if (saved->report.exerciser_deaths > 0)
        renderer->message(exerciser_deaths_text);
    return saved->exit_status();
}

} // namespace

Action add_report(Options &options)
{
    const auto wishes = std::make_shared<ReportWishes>();
    options.value("DIR", wishes->folder, "", "a folder that 'cryptorture run --out' wrote");
    options.flag("--json", wishes->json, "JSON lines on standard output");
    return [wishes](Environment &environment) {
        return show_report(environment, *wishes);
    };
}

} // namespace ct

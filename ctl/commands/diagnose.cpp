// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture diagnose: what was wrong in a run that was saved. It needs neither root
// nor the module.
#include "commands/commands.h"

#include "diagnose/diagnose.h"
#include "session/saved.h"

namespace ct {

namespace {

struct DiagnoseOptions {
    std::vector<std::string> paths;
    bool json = false;
};

ExitStatus show_diagnosis(Environment &environment, const DiagnoseOptions &options)
{
    const auto renderer = make_renderer(environment, options.json);
    const std::string cannot = "cannot diagnose a run";
    if (options.paths.size() > 1)
        return fail(*renderer, failure(ErrorKind::Usage, cannot, "more than one is named",
                                       "name one folder or file")
                                   .value());
    const auto run =
        read_saved(cannot, options.paths.empty() ? std::string() : options.paths.front());
    if (!run)
        return fail(*renderer, run.error());
    print_saved(environment, *renderer, *run);
    if (!run->ended)
        renderer->message("the run has no verdict: what mismatches go with cannot be counted");
    renderer->diagnosis(diagnose(evidence_of(run->report, run->records)));
    return ExitStatus::Clean;
}

} // namespace

Command add_diagnose(Options &options)
{
    const auto values = std::make_shared<DiagnoseOptions>();
    options.rest("run", values->paths, "file or folder that it was saved in");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return show_diagnosis(environment, *values);
    };
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture diagnose: what was wrong in a run that was saved. It needs neither root
// nor the module.
#include "command/commands.h"

#include "command/saved.h"
#include "diagnose/diagnosis.h"

namespace ct {

namespace {

struct DiagnoseWishes {
    std::vector<std::string> paths;
    bool json = false;
};

ExitStatus show_diagnosis(Environment &environment, const DiagnoseWishes &wishes)
{
    const auto renderer = make_renderer(environment, wishes.json);
    const std::string cannot = "cannot diagnose a run";
    if (wishes.paths.size() > 1)
        return fail(*renderer, failure(ErrorKind::Usage, cannot, "more than one is named",
                                       "name one folder or file")
                                   .value());
    const auto run =
        read_saved(cannot, wishes.paths.empty() ? std::string() : wishes.paths.front());
    if (!run)
        return fail(*renderer, run.error());
    tell_saved(environment, *renderer, *run);
    if (!run->ended)
        renderer->message(
            "the run has no verdict: what mismatches correlate with is not known");
    renderer->diagnosis(diagnose(evidence_of(run->report, run->records)));
    return ExitStatus::Clean;
}

} // namespace

Action add_diagnose(Options &options)
{
    const auto wishes = std::make_shared<DiagnoseWishes>();
    options.rest("run", wishes->paths, "file or folder that it was saved in");
    options.flag("--json", wishes->json, "JSON lines on standard output");
    return [wishes](Environment &environment) {
        return show_diagnosis(environment, *wishes);
    };
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture diagnose: what was wrong in a run that was saved. It needs neither root
// nor the module.
#include "command/commands.h"

#include <filesystem>

#include "artifact/lines.h"
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
    if (wishes.paths.size() != 1) {
        const Failure wrong = failure(ErrorKind::Usage, "cannot diagnose a run",
                                      wishes.paths.empty() ? "no file or folder is named"
                                                           : "more than one is named",
                                      "name a folder that 'cryptorture run --out' wrote, or a "
                                      "file of its '--json' lines");
        return fail(*renderer, wrong.value());
    }
    const std::string &path = wishes.paths.front();
    std::error_code code;
    const auto run =
        std::filesystem::is_directory(path, code) ? read_run(path) : read_lines(path);
    if (!run)
        return fail(*renderer, run.error());
    tell_saved(environment, *renderer, *run);
    if (!run->ended)
        renderer->message("the run has no verdict: what mismatches go with cannot be counted");
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

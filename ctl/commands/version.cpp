// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture version: also when the module is missing or another.
#include "commands/commands.h"

namespace ct {

namespace {

ExitStatus show_version(Environment &environment, bool json)
{
    const auto renderer = make_renderer(environment, json);
    VersionReport report;
    report.program = environment.program;
    const auto kernel = environment.open_kernel();
    if (!kernel) {
        report.error = kernel.error();
    } else if (const auto version = (*kernel)->version(); version) {
        report.module = *version;
        report.same = version->module == environment.program;
    } else {
        report.error = version.error();
    }
    renderer->version(report);
    return ExitStatus::Clean;
}

} // namespace

Command add_version(Options &options)
{
    const auto json = std::make_shared<bool>(false);
    options.flag("--json", *json, "JSON lines on standard output");
    return [json](Environment &environment) {
        return show_version(environment, *json);
    };
}

} // namespace ct

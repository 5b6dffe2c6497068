// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture doctor: what this machine can and cannot show, before a run. It
// needs neither root nor the module, and says what is missing.
#include "commands/commands.h"

#include "judge/examine.h"
#include "session/job_watch.h"

namespace ct {

namespace {

// What the module itself knows, where it can be asked.
Result<void> ask_module(Environment &environment, Renderer &renderer, Host &host)
{
    const auto kernel = environment.open_kernel();
    if (!kernel)
        return Failure(kernel.error());
    const auto version = (*kernel)->version();
    if (!version)
        return Failure(version.error());
    host.module.version = version->module;
    auto waiter = environment.make_waiter();
    if (!waiter)
        return Failure(waiter.error());
    const JobWatch watch(**kernel, **waiter, renderer);
    auto drivers = (*kernel)->drivers();
    if (!drivers)
        return Failure(drivers.error());
    host.drivers.subjects = std::move(*drivers);
    const auto status = (*kernel)->status();
    if (!status)
        return Failure(status.error());
    host.module.fpu_nests = status->fpu_nests;
    return {};
}

ExitStatus show_doctor(Environment &environment, bool json)
{
    const auto renderer = make_renderer(environment, json);
    const Source source(environment.root);
    Host host =
        read_host(source, environment.cpuid != nullptr ? *environment.cpuid : real_cpuid());
    Result<void> asked;
    if (host.module.loaded)
        asked = ask_module(environment, *renderer, host);
    if (!asked && asked.error().kind == ErrorKind::Interrupted)
        return fail(*renderer, asked.error());
    const Known known{environment.program, from_name<Context>("caller").has_value()};
    Examination examination = examine(host, source, known);
    // An obstacle that is reported already is most likely the reason.
    if (!asked && examination.ready())
        examination.obstacles.push_back({asked.error().why, asked.error().hint});
    renderer->doctor(examination);
    return examination.ready() ? ExitStatus::Clean : ExitStatus::CouldNotRun;
}

} // namespace

Command add_doctor(Options &options)
{
    const auto json = std::make_shared<bool>(false);
    options.flag("--json", *json, "one JSON line on standard output");
    return [json](Environment &environment) {
        return show_doctor(environment, *json);
    };
}

} // namespace ct

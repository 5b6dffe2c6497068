// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/environment.h"

#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"
#include "crypto/module.h"
#include "render/console.h"
#include "render/json.h"
#include "session/processors.h"

namespace ct {

std::unique_ptr<Fan> make_renderer(Environment &environment, bool json, TextOptions text,
                                   bool attached)
{
    const Terminal &terminal = environment.terminal;
    text.colour = terminal.out && terminal.colour;
    auto fan = std::make_unique<Fan>();
    ConsoleOptions options;
    // JSON readers take progress from the data; only a person needs it twice.
    options.progress = !json || (terminal.err && !terminal.out);
    options.redraw = terminal.err;
    options.attached = attached;
    // First, so that the progress line is gone before anything else is written.
    fan->add(std::make_unique<Console>(environment.err, options));
    if (json)
        fan->add(std::make_unique<Json>(environment.out));
    else
        fan->add(std::make_unique<Text>(environment.out, std::move(text)));
    return fan;
}

namespace {

// Loading again what is installed helps only if that is the right one.
std::string same_release_hint(const Environment &environment)
{
    const Source source(environment.root);
    const std::string installed = read_installed(source).file_version;
    if (installed.empty() || installed == environment.program)
        return "'modprobe -r cryptorture && modprobe cryptorture' loads the module of the "
               "program's release";
    return fmt::format("release {} is installed: install the module of release {}, then "
                       "'modprobe -r cryptorture && modprobe cryptorture'",
                       printable(installed), environment.program);
}

} // namespace

Result<Connection> connect(Environment &environment, const std::string &what)
{
    const auto named = [&what](Error error) {
        error.what = what;
        return Failure(std::move(error));
    };
    auto kernel = environment.open_kernel();
    if (!kernel)
        return named(kernel.error());
    auto version = (*kernel)->version();
    if (!version)
        return named(version.error());
    if (version->module != environment.program)
        environment.err.write(fmt::format(
            "cryptorture: the module is of release {} and this program of release {}: they do "
            "what both know; {}\n",
            printable(version->module), environment.program, same_release_hint(environment)));
    return Connection{std::move(*kernel), std::move(*version)};
}

ExitStatus fail(Renderer &renderer, const Error &error)
{
    renderer.error(error);
    return error.kind == ErrorKind::Interrupted ? ExitStatus::Interrupted
                                                : ExitStatus::CouldNotRun;
}

namespace {

void explain_busy(Kernel &kernel, Error &error)
{
    const auto status = kernel.status();
    if (!status || !status->active())
        return;
    error.why = fmt::format(
        "run {} is active since {} (seed {}, {}{})", status->run, time_text(status->started_ns),
        seed_text(status->seed), clock_text(status->elapsed_ns),
        status->config.duration_ms ? " of " + clock_text(*status->config.duration_ms * 1000000)
                                   : " so far, and without an end");
    error.hint = "end it with 'cryptorture stop', or see 'cryptorture status'";
}

void explain_driver(Kernel &kernel, const std::string &value, Error &error)
{
    error.hint = "see 'cryptorture drivers'";
    const auto drivers = kernel.known_drivers();
    if (!drivers)
        return;
    std::vector<std::string> present;
    for (const Driver &driver : *drivers) {
        if (driver.usable())
            present.push_back(driver.name);
        // One that is known by name but absent: the list says why.
        if (driver.name != value)
            continue;
        if (!driver.reason.empty() && error.why.find(driver.reason) == std::string::npos)
            error.why += fmt::format(" ({})", printable(driver.reason));
        return;
    }
    if (const auto meant = nearest(value, present))
        error.hint = fmt::format("did you mean \"{}\"? See 'cryptorture drivers'", *meant);
}

void explain_cpus(const std::string &root, Error &error)
{
    const std::string online = online_cpus(root);
    if (!online.empty())
        error.hint = fmt::format("the CPUs that are online are {}", printable(online));
}

} // namespace

Error explain(const Environment &environment, Kernel &kernel, Error error)
{
    if (error.kind == ErrorKind::Busy)
        explain_busy(kernel, error);
    else if (error.culprit && error.culprit->name == "driver")
        explain_driver(kernel, error.culprit->value, error);
    else if (error.culprit && error.culprit->name == "CPUs")
        explain_cpus(environment.root, error);
    return error;
}

} // namespace ct

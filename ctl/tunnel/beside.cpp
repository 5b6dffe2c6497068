// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/beside.h"

#include <algorithm>

#include "session/job_watch.h"

namespace ct {

namespace {

// Its operations are not what is tested here.
constexpr std::uint32_t load_per_mille = 50;
constexpr std::uint64_t grace_ms = 15'000;
constexpr std::uint64_t longest_ms = 3'600'000; // of a run without an end

} // namespace

ModuleRun ModuleRun::start(Environment &environment, Renderer &renderer, Waiter &waiter,
                           std::optional<std::uint64_t> duration_ms)
{
    ModuleRun run;
    auto connection = connect(environment, "cannot start the disturbers");
    if (!connection) {
        run.why_ = connection.error().sentence();
        return run;
    }
    run.connection_ = std::move(*connection);
    Kernel &kernel = *run.connection_->kernel;
    if (const auto status = kernel.status()) {
        run.fpu_nests_ = status->fpu_nests;
        if (status->active()) {
            run.why_ = "a run of the module is active already, and stays";
            return run;
        }
    }
    Config config;
    config.load = load_per_mille;
    config.duration_ms = duration_ms ? *duration_ms + grace_ms : longest_ms;
    config.contexts = std::vector{Context::Task, Context::Softirq};
    config.drivers = {"cbc-aes-aesni"};
    const JobWatch watch(kernel, waiter, renderer);
    auto started = kernel.start(config);
    if (!started) {
        // Without AES-NI: whatever there is.
        config.drivers.clear();
        started = kernel.start(config);
    }
    run.running_ = started.has_value();
    if (!started)
        run.why_ = started.error().sentence();
    else if (const auto status = kernel.status())
        run.fpu_nests_ = status->fpu_nests;
    return run;
}

std::optional<std::uint64_t> ModuleRun::stop()
{
    if (!running_)
        return std::nullopt;
    running_ = false;
    const auto status = connection_->kernel->stop();
    if (!status)
        return std::nullopt;
    return status->mismatches;
}

ModuleRun::~ModuleRun()
{
    (void)stop();
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/beside.h"

#include <utility>

#include "base/signals_blocked.h"

namespace ct {

namespace {

// Its operations are not what is tested here.
constexpr std::uint32_t load_per_mille = 50;
constexpr std::uint64_t grace_ms = 15'000;
constexpr std::uint64_t longest_ms = 3'600'000; // of a run without an end

} // namespace

ModuleRun::ModuleRun(Environment &environment, std::optional<std::uint64_t> duration_ms)
    : environment_(environment), duration_ms_(duration_ms)
{
    const SignalsBlocked blocked;
    thread_ = std::thread([this] { start(); });
}

void ModuleRun::start()
{
    auto connection = connect(environment_, "cannot start the disturbers");
    if (!connection) {
        outcome_.why = connection.error().sentence();
        return;
    }
    Kernel &kernel = *connection->kernel;
    if (const auto status = kernel.status()) {
        outcome_.fpu_nests = status->fpu_nests;
        if (status->active()) {
            outcome_.why = "a run of the module is active already, and stays";
            return;
        }
    }
    Config config;
    config.load = load_per_mille;
    config.duration_ms = duration_ms_ ? *duration_ms_ + grace_ms : longest_ms;
    config.contexts = std::vector{Context::Task, Context::Softirq};
    config.drivers = {"cbc-aes-aesni"};
    kernel.set_observer(this);
    auto started = kernel.start(config);
    if (!started && started.error().kind != ErrorKind::Interrupted) {
        // Without AES-NI: whatever there is.
        config.drivers.clear();
        started = kernel.start(config);
    }
    kernel.set_observer(nullptr);
    if (!started) {
        outcome_.why = started.error().sentence();
        return;
    }
    if (const auto status = kernel.status())
        outcome_.fpu_nests = status->fpu_nests;
    connection_ = std::move(*connection);
}

bool ModuleRun::fpu_nests(Environment &environment)
{
    auto connection = connect(environment, "cannot ask the module");
    if (!connection)
        return true;
    const auto status = connection->kernel->status();
    return !status || status->fpu_nests;
}

bool ModuleRun::wait(const JobProgress & /*progress*/, std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [this] { return ending_; });
}

ModuleRun::Outcome ModuleRun::end()
{
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable())
        thread_.join();
    if (connection_) {
        if (const auto status = connection_->kernel->stop())
            outcome_.mismatches = status->mismatches;
        connection_.reset();
    }
    return outcome_;
}

} // namespace ct

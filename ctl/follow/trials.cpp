// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow/trials.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ct {

namespace {

constexpr std::uint64_t ns_per_ms = 1000000;
constexpr std::uint64_t shortest_trial_ms = 1000;

} // namespace

Trials::Trials(Environment &environment, Connection &connection, Waiter &waiter,
               Renderer &renderer, const TrialBounds &bounds)
    : environment_(environment), connection_(connection), waiter_(waiter), renderer_(renderer),
      bounds_(bounds), began_(waiter.now())
{
}

std::uint64_t Trials::elapsed_ns() const
{
    return static_cast<std::uint64_t>((waiter_.now() - began_).count());
}

std::optional<std::uint64_t> Trials::left_ms() const
{
    if (!bounds_.total_ms)
        return duration_max_ms;
    const std::uint64_t spent = elapsed_ns() / ns_per_ms;
    if (spent + shortest_trial_ms > *bounds_.total_ms && !trials_.empty())
        return std::nullopt;
    return *bounds_.total_ms - std::min(spent, *bounds_.total_ms);
}

Config Trials::config(const FactorSet &members) const
{
    return config_of(*factors_, members, requested_);
}

Sight Trials::end(BisectionEnd how)
{
    over_ = how;
    return Sight::Over;
}

Sight Trials::fail_with(Error error)
{
    error.what = "cannot go on bisecting";
    error_ = std::move(error);
    return end(BisectionEnd::Failed);
}

// cut: no time is left for the whole of the trial, so that its silence says little.
Sight Trials::sight_of(const Conducted &conducted, const Watch &watch, bool interrupted,
                       bool cut)
{
    const Followed &followed = conducted.followed;
    if (watch.seen() || (conducted.registers > 0 && list_.fault && list_.fault->in_register()))
        return Sight::Shown;
    if (followed.ending == Ending::Left)
        // There is no process left to end it.
        (void)connection_.kernel->stop();
    if (interrupted || followed.ending == Ending::Left)
        return end(BisectionEnd::Interrupted);
    if (followed.ending == Ending::Failed)
        return fail_with(*followed.error);
    const Status &status = followed.status;
    if (status.end == End::Failed || status.end == End::Unload ||
        (status.end == End::Stopped && !watch.enough()))
        return fail_with(
            Error{ErrorKind::System,
                  {},
                  fmt::format("run {} was ended by {}{}", status.run,
                              status.end == End::Stopped  ? "another program"
                              : status.end == End::Unload ? "the unloading of the module"
                                                          : "an error",
                              status.failure.empty() ? "" : ": " + status.failure),
                  "the smallest set so far is reported; start again from it",
                  std::nullopt});
    return cut && !watch.enough() ? end(BisectionEnd::OutOfTime) : Sight::Silent;
}

Observation Trials::run(Config config, const Patience &patience, bool cut,
                        std::optional<Mismatch> &seen)
{
    Observation answer;
    if (waiter_.wait(-1, std::chrono::milliseconds(0)).interrupted) {
        answer.sight = end(BisectionEnd::Interrupted);
        return answer;
    }
    config.until_mismatch = false;
    trials_.push_back({trials_.size() + 1, config, Sight::Over, 0, 0, {}});
    Trial &trial = trials_.back();
    renderer_.trial_begin(trial);

    Watch watch(renderer_, *connection_.kernel, list_, patience);
    WatchWaiter waiter(waiter_, watch);
    auto conducted = conduct(environment_, connection_, config, waiter, watch);
    if (!conducted) {
        const Error &error = conducted.error();
        if (error.kind == ErrorKind::Interrupted) {
            answer.sight = end(BisectionEnd::Interrupted);
            trials_.pop_back(); // it did not come to one
            return answer;
        }
        const bool refused =
            error.kind == ErrorKind::Refused || error.kind == ErrorKind::NotFound;
        // With everything it was taken.
        if (refused && trials_.size() > 1) {
            answer.sight = trial.sight = Sight::Refused;
            trial.reason = error.why;
        } else {
            answer.sight = fail_with(error);
            error_->what = error.what;
            trials_.pop_back(); // it did not come to one
            return answer;
        }
    } else {
        answer.sight = sight_of(*conducted, watch, waiter.interrupted(), cut);
        answer.elapsed_ns = conducted->followed.status.elapsed_ns;
        const auto chances = watch.chances(conducted->followed.status);
        if (chances)
            answer.chances = *chances;
        else if (answer.sight != Sight::Over)
            answer.sight = fail_with(chances.error());
        seen = watch.seen();
        conducted_ = std::move(*conducted);
    }
    trial.sight = answer.sight;
    trial.chances = answer.chances;
    trial.elapsed_ns = answer.elapsed_ns;
    renderer_.trial_end(trial, list_.fault.value_or(Fault{}));
    return answer;
}

Sight Trials::first(const Config &requested, std::vector<Driver> drivers)
{
    requested_ = requested;
    list_.drivers = std::move(drivers);
    Config config = requested;
    config.duration_ms = bounds_.total_ms;
    std::optional<Mismatch> seen;
    const Observation answer = run(config, {}, false, seen);
    if (conducted_) {
        const Config &in_force = conducted_->followed.status.config;
        trials_.front().config = in_force;
        if (seen)
            factors_.emplace(factors_of(in_force, *seen));
    }
    return answer.sight;
}

Observation Trials::ask(const FactorSet &members, const Patience &patience)
{
    const auto left = left_ms();
    if (!left)
        return Observation{end(BisectionEnd::OutOfTime), 0, 0};
    std::uint64_t most = bounds_.trial_ms.value_or(duration_max_ms);
    if (patience.elapsed_ns)
        most = std::min(most, std::max(*patience.elapsed_ns / ns_per_ms, shortest_trial_ms));
    Config tried = config(members);
    tried.duration_ms = std::min(most, *left);
    std::optional<Mismatch> seen;
    return run(std::move(tried), patience, *left < most, seen);
}

} // namespace ct

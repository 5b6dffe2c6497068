// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow/attend.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"
#include "session/processors.h"

namespace ct {

namespace {

template <typename Word> bool has(const std::optional<std::vector<Word>> &words, Word word)
{
    return words && std::find(words->begin(), words->end(), word) != words->end();
}

} // namespace

PoolPlan plan_pool(const Config &config, const std::string &root)
{
    PoolPlan plan;
    const std::string cpus = config.cpus.value_or("");
    plan.cpus = list_numbers(cpus.empty() ? online_cpus(root) : cpus);
    plan.seed = config.seed.value_or(0);
    plan.per_cpu = config.exercisers;
    plan.calls = has(config.contexts, Context::Caller);
    plan.moves = has(config.disturbers, Disturber::Shuffle);
    plan.barriers = has(config.disturbers, Disturber::Membarrier);
    plan.load = config.load.value_or(load_full);
    return plan;
}

Attendance::Attendance(Environment &environment, const Status &status, Waiter &waiter,
                       Renderer &renderer)
    : waiter_(waiter), renderer_(renderer)
{
    if (status.config.exercisers == 0 || !environment.open_call_link)
        return;
    pool_.emplace(plan_pool(status.config, environment.root), environment.open_call_link);
    if (const auto error = pool_->start())
        renderer_.message(error->sentence());
}

Wake Attendance::wait(int descriptor, std::chrono::milliseconds time)
{
    const Wake wake = waiter_.wait(descriptor, time);
    if (wake.interrupted || wake.hangup || wake.enough)
        stop();
    else
        tell();
    return wake;
}

void Attendance::tell()
{
    if (!pool_)
        return;
    for (const std::string &text : pool_->messages())
        renderer_.message(text);
}

void Attendance::stop()
{
    if (!pool_)
        return;
    pool_->stop();
    found_ = pool_->differences();
    deaths_ = pool_->deaths();
    tell();
    if (const std::uint64_t untold = pool_->untold(); untold > 0)
        renderer_.message(
            fmt::format("the exercisers found {} more like these; the records of the run have "
                        "what was kept",
                        plural(untold, "changed register", "changed registers")));
    pool_.reset();
}

} // namespace ct

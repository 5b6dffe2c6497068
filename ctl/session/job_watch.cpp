// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/job_watch.h"

namespace ct {

namespace {

// Most jobs are over before anybody could read of them.
constexpr std::chrono::milliseconds silent_for{200};
constexpr std::chrono::seconds line_every{2};

} // namespace

JobWatch::JobWatch(Kernel &kernel, Waiter &waiter, Renderer &renderer)
    : kernel_(kernel), waiter_(waiter), renderer_(renderer)
{
    kernel_.set_observer(this);
}

bool JobWatch::end_is_asked(std::chrono::milliseconds time)
{
    const Wake wake = waiter_.wait(-1, time);
    return wake.interrupted || wake.hangup;
}

void JobWatch::begin(const Job &job)
{
    number_ = job.number;
    begun_ = waiter_.now();
    milestone_at_ = begun_ + line_every;
    gave_up_ = false;
    asked_before_ = job.kind == JobKind::Stop && end_is_asked(std::chrono::milliseconds(0));
}

void JobWatch::tell(const JobProgress &progress)
{
    const auto now = waiter_.now();
    if (now - begun_ < silent_for)
        return;
    const bool milestone = now >= milestone_at_;
    if (milestone)
        milestone_at_ = now + line_every;
    renderer_.job(progress, milestone);
    told_ = true;
}

bool JobWatch::wait(const JobProgress &progress, std::chrono::milliseconds time)
{
    if (progress.job.number != number_)
        begin(progress.job);
    tell(progress);
    if (end_is_asked(time) && !asked_before_)
        gave_up_ = true;
    return !gave_up_;
}

void JobWatch::over()
{
    if (told_)
        renderer_.job_over();
    told_ = false;
    number_ = 0;
}

} // namespace ct

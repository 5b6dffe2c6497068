// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/job.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <linux/cryptorture.h>

#include "base/quantity.h"
#include "wire/decode.h"
#include "wire/refusal.h"

namespace ct {

namespace {

using std::chrono::milliseconds;

constexpr int failures_max = 20; // polls in a row that may fail

// Tells the observer, if there is one and it has heard of the job, that it is over.
class Watching {
public:
    explicit Watching(JobObserver *observer) : observer_(observer) {}
    Watching(const Watching &) = delete;
    Watching &operator=(const Watching &) = delete;
    ~Watching()
    {
        if (told_)
            observer_->over();
    }

    [[nodiscard]] bool wait(const JobProgress &progress, milliseconds time)
    {
        if (observer_ == nullptr) {
            std::this_thread::sleep_for(time);
            return true;
        }
        told_ = true;
        return observer_->wait(progress, time);
    }

private:
    JobObserver *observer_;
    bool told_ = false;
};

class Wait {
public:
    Wait(JobLink &link, std::string_view what, Socket::Asked asked, JobObserver *observer)
        : link_(link), what_(what), asked_(std::move(asked)), watching_(observer)
    {
    }

    [[nodiscard]] Result<Answer> for_result(std::uint64_t number);

private:
    [[nodiscard]] Result<Answer> look(std::uint64_t number);
    [[nodiscard]] std::optional<Job> ahead_of(const Job &job);
    [[nodiscard]] Failure failure_of(const Job &job) const;

    JobLink &link_;
    std::string what_;
    Socket::Asked asked_; // where the offset of what is at fault points into
    Watching watching_;
    bool cancelled_ = false; // by us
};

Result<Answer> Wait::look(std::uint64_t number)
{
    for (int failures = 1;; ++failures) {
        auto answer = link_.look(number, what_);
        if (answer)
            return answer;
        const ErrorKind kind = answer.error().kind;
        if (kind == ErrorKind::NotFound)
            return failure(ErrorKind::System, what_,
                           fmt::format("the module no longer knows the result of job {}: "
                                       "it keeps the last {}",
                                       number, CRYPTORTURE_JOBS_MAX),
                           "see 'cryptorture status', then try again");
        if (kind != ErrorKind::Again || failures == failures_max)
            return answer;
    }
}

// For progress only: errors do not matter.
std::optional<Job> Wait::ahead_of(const Job &job)
{
    if (job.state != JobState::Queued)
        return std::nullopt;
    const auto number = link_.present();
    if (!number || *number == job.number)
        return std::nullopt;
    const auto other = link_.look(*number, what_).and_then([](const Answer &answer) {
        return decode_job(answer);
    });
    return other ? std::optional(*other) : std::nullopt;
}

Failure Wait::failure_of(const Job &job) const
{
    if (job.error == static_cast<std::uint32_t>(ECANCELED))
        return cancelled_ ? failure(ErrorKind::Interrupted, what_, "it was cancelled")
                          : failure(ErrorKind::Again, what_, "it was cancelled",
                                    "another program asked for that: try again");
    const Refusal refusal{static_cast<int>(*job.error), printable(job.why), job.where};
    Error error = refusal_error(refusal, asked_.request, what_);
    // The module has just answered, so it is loaded.
    if (error.kind == ErrorKind::NoModule)
        error.kind = ErrorKind::NotFound;
    return Failure(std::move(error));
}

Result<Answer> Wait::for_result(std::uint64_t number)
{
    JobPace pace;
    for (;;) {
        auto answer = look(number);
        if (!answer)
            return answer;
        auto job = decode_job(*answer);
        if (!job)
            return Failure(job.error());
        if (job->state == JobState::Done)
            return job->error ? Result<Answer>(failure_of(*job)) : std::move(answer);
        const JobProgress progress{*job, ahead_of(*job), cancelled_};
        if (watching_.wait(progress, pace.next()) || cancelled_)
            continue;
        // A run that was asked to end does so without being waited for.
        if (job->kind == JobKind::Stop)
            return failure(ErrorKind::Interrupted, what_, "its end was not waited for",
                           "it is being ended: 'cryptorture status' shows when it has");
        cancelled_ = true;
        // It may have been done just now, which the next poll shows.
        (void)link_.cancel(number, what_);
    }
}

} // namespace

milliseconds JobPace::next()
{
    constexpr milliseconds soon_most{20};
    constexpr milliseconds soon{1000};
    constexpr milliseconds later{50};
    if (waited_ >= soon)
        return later;
    const milliseconds step = step_;
    step_ = std::min(2 * step_, soon_most);
    waited_ += step;
    return step;
}

Result<Answer> do_job(JobLink &link, JobKind kind, const JobParameters &parameters,
                      std::string_view what, JobObserver *observer)
{
    auto asked = link.start(kind, parameters, what);
    if (!asked)
        return Failure(asked.error());
    const auto number = decode_job_number(asked->answer);
    if (!number)
        return Failure(number.error());
    return Wait(link, what, std::move(*asked), observer).for_result(*number);
}

} // namespace ct

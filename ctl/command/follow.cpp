// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/follow.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ct {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr milliseconds look_every{500};
constexpr seconds milestone_every{5};
constexpr int failures_max = 20; // looks in a row that may come to nothing

} // namespace

void Follower::remark(const std::string &text)
{
    if (std::find(remarks_.begin(), remarks_.end(), text) != remarks_.end())
        return;
    remarks_.push_back(text);
    renderer_.message(text);
}

void Follower::read_events()
{
    if (deaf_)
        return;
    const auto batch = events_.drain();
    if (!batch) {
        if (batch.error().kind == ErrorKind::Again)
            return;
        // Not needed for the truth, only for being quick.
        deaf_ = true;
        remark(batch.error().sentence() + "; asking twice a second instead");
        return;
    }
    for (const Event &event : batch->events)
        if (const auto *ended = std::get_if<RunEnded>(&event);
            ended != nullptr && ended->status.run == run_)
            last_ = ended->status;
}

std::optional<Error> Follower::stop()
{
    const auto stopped = kernel_.stop();
    // It may have ended by itself in the meantime.
    if (stopped || stopped.error().kind == ErrorKind::NotRunning)
        return std::nullopt;
    return stopped.error();
}

std::optional<Error> Follower::fetch(const Status &status, Journal &journal)
{
    if (status.records < journal.next())
        return std::nullopt;
    const auto dump = kernel_.mismatches(journal.next());
    if (!dump)
        return dump.error();
    for (const Mismatch &record : dump->records)
        if (journal.add(record))
            renderer_.mismatch(record);
    for (const Error &error : dump->unreadable)
        remark(error.sentence());
    return std::nullopt;
}

void Follower::fetch_all(const Status &status, Journal &journal)
{
    std::optional<Error> error;
    for (int failures = 0; failures < failures_max; ++failures) {
        error = fetch(status, journal);
        if (!error || error->kind != ErrorKind::Again)
            break;
    }
    // The verdict is known; what is missing is counted as lost.
    if (error)
        remark(error->sentence());
}

void Follower::tell(const Status &status, const Journal &journal)
{
    Progress progress;
    progress.status = status;
    progress.lost = journal.lost(status);
    const nanoseconds now = waiter_.now();
    progress.milestone = now >= milestone_at_;
    const Look &since = progress.milestone ? milestone_ : look_;
    if (status.elapsed_ns > since.elapsed_ns && status.operations >= since.operations)
        progress.rate = static_cast<double>(status.operations - since.operations) * 1e9 /
                        static_cast<double>(status.elapsed_ns - since.elapsed_ns);
    look_ = {status.operations, status.elapsed_ns};
    if (progress.milestone) {
        milestone_at_ = now + milestone_every;
        milestone_ = look_;
    }
    renderer_.progress(progress);
}

Followed Follower::follow(const Status &status, Journal &journal)
{
    Followed result;
    result.status = status;
    run_ = status.run;
    milestone_at_ = waiter_.now() + milestone_every;
    bool asked = false;
    int failures = 0;

    const auto failed = [&result](Error error) {
        result.ending = Ending::Failed;
        result.error = std::move(error);
        return result;
    };
    // The run is over and the module may be gone, but its last word is known.
    const auto over = [&]() {
        result.status = *last_;
        return result;
    };

    // Some runs are over before anybody has looked, as a first mismatch can end them.
    if (!status.active())
        fetch_all(status, journal);
    while (result.status.active()) {
        const Wake wake = waiter_.wait(deaf_ ? -1 : events_.descriptor(), look_every);
        if (wake.hangup) {
            result.ending = Ending::Left;
            return result;
        }
        read_events();
        if (wake.interrupted && !asked) {
            asked = true;
            result.interrupted = true;
            renderer_.message("ending the run; once more to leave without the verdict");
            if (const auto error = stop(); error && error->kind != ErrorKind::NoModule)
                return failed(*error);
        }

        auto now = kernel_.status();
        std::optional<Error> error;
        if (!now)
            error = now.error();
        else if (now->run != run_)
            error = Error{ErrorKind::NotFound, "cannot follow the run any further",
                          "another run was started", "see 'cryptorture status'", std::nullopt};
        else
            error = fetch(*now, journal);

        if (error && last_)
            return over();
        if (error && error->kind == ErrorKind::Again && ++failures < failures_max)
            continue;
        if (error) {
            error->what = "cannot follow the run any further";
            return failed(*error);
        }
        failures = 0;
        result.status = std::move(*now);
        tell(result.status, journal);
    }
    return result;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow/follow.h"

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
constexpr int failures_max = 20; // polls in a row that may fail
// A poll that returns so many records is one of a flood. Reading and printing them takes
// longer than making the mismatches did, on the CPUs of the run: so there is a pause then,
// of so many times the duration of the poll.
constexpr std::uint64_t flood_records = 16;
constexpr int rest_factor = 19;
constexpr milliseconds rest_max{2000};

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
        remark(batch.error().sentence() + "; polling twice a second instead");
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
    if (stopped)
        return std::nullopt;
    // It may have ended by itself in the meantime, or its end is not waited for.
    const ErrorKind kind = stopped.error().kind;
    if (kind == ErrorKind::NotRunning || kind == ErrorKind::Interrupted)
        return std::nullopt;
    return stopped.error();
}

std::optional<Error> Follower::fetch(const Status &status, Journal &journal,
                                     Collector &collector)
{
    held_back_ = 0;
    if (status.records < journal.next())
        return std::nullopt;
    auto dump = kernel_.mismatches(journal.next());
    if (!dump)
        return dump.error();
    // Those that are being run again are printed when they are complete, and all in order.
    const auto end = status.active()
                         ? std::find_if(dump->records.begin(), dump->records.end(),
                                        [](const Mismatch &record) {
                                            return record.replay &&
                                                   record.replay->state == ReplayState::Pending;
                                        })
                         : dump->records.end();
    for (auto record = dump->records.begin(); record != end; ++record) {
        if (!journal.add(*record))
            continue;
        collector.add(*record);
        wholes_.complete(*record);
        renderer_.mismatch(*record);
    }
    held_back_ = static_cast<std::uint64_t>(dump->records.end() - end);
    for (const Error &error : dump->unreadable)
        remark(error.sentence());
    return std::nullopt;
}

void Follower::fetch_all(const Status &status, Journal &journal, Collector &collector)
{
    std::optional<Error> error;
    for (int failures = 0; failures < failures_max; ++failures) {
        error = fetch(status, journal, collector);
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
    progress.lost -= std::min(progress.lost, held_back_);
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

Result<Status> Follower::take_look(Journal &journal, Collector &collector)
{
    auto now = kernel_.status();
    if (!now)
        return now;
    if (now->run != run_)
        return failure(ErrorKind::NotFound, "cannot follow the run any further",
                       "another run was started", "see 'cryptorture status'");
    if (auto error = fetch(*now, journal, collector))
        return Failure(std::move(*error));
    return now;
}

Wake Follower::wait_for_more()
{
    const nanoseconds rest = rest_until_ - waiter_.now();
    if (rest > nanoseconds(0))
        return waiter_.wait(-1, std::chrono::ceil<milliseconds>(rest));
    return waiter_.wait(deaf_ ? -1 : events_.descriptor(), look_every);
}

void Follower::rest_after(nanoseconds begun, std::uint64_t records)
{
    const nanoseconds now = waiter_.now();
    if (records >= flood_records)
        rest_until_ = now + std::min<nanoseconds>((now - begun) * rest_factor, rest_max);
}

Followed Follower::follow(const Status &status, Journal &journal, Collector &collector)
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

    // Some runs are over before the first poll, as a first mismatch can end them.
    if (!status.active())
        fetch_all(status, journal, collector);
    while (result.status.active()) {
        const Wake wake = wait_for_more();
        if (wake.hangup) {
            result.ending = Ending::Left;
            return result;
        }
        read_events();
        if ((wake.interrupted || wake.enough) && !asked) {
            asked = true;
            result.interrupted = wake.interrupted;
            if (wake.interrupted)
                renderer_.message("ending the run; once more to leave without the verdict");
            if (const auto error = stop(); error && error->kind != ErrorKind::NoModule)
                return failed(*error);
        }

        const nanoseconds begun = waiter_.now();
        const std::uint64_t had = journal.obtained();
        auto now = take_look(journal, collector);
        rest_after(begun, journal.obtained() - had);
        if (!now && last_)
            return over();
        if (!now && now.error().kind == ErrorKind::Again && ++failures < failures_max)
            continue;
        if (!now) {
            now.error().what = "cannot follow the run any further";
            return failed(now.error());
        }
        failures = 0;
        result.status = std::move(*now);
        tell(result.status, journal);
    }
    return result;
}

} // namespace ct

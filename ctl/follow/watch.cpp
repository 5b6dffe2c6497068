// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow/watch.h"

#include <algorithm>
#include <utility>

namespace ct {

Result<std::uint64_t> Watch::chances(const Status &status)
{
    if (!list_.fault)
        return status.operations;
    std::vector<Cell> cells;
    if (needs_cells(*list_.fault, status)) {
        auto answer = kernel_.cells();
        if (!answer)
            return Failure(answer.error());
        cells = std::move(*answer);
    }
    return chances_in(*list_.fault, status, list_.drivers, cells);
}

void Watch::progress(const Progress &progress)
{
    outer_.progress(progress);
    const Status &status = progress.status;
    if (!wanted_ || enough_ || status.elapsed_ns < look_at_ns_)
        return;
    // If they cannot be counted now, the time ends the run.
    const std::uint64_t had = chances(status).value_or(0);
    enough_ = had >= *wanted_;
    // The cells of a large machine are many: not more often than needs be.
    const double rest =
        had == 0 ? 2.0 : static_cast<double>(*wanted_) / static_cast<double>(had);
    look_at_ns_ = static_cast<std::uint64_t>(static_cast<double>(status.elapsed_ns) *
                                             std::clamp(rest, 1.0, 2.0));
}

void Watch::mismatch(const Mismatch &record)
{
    if (!list_.fault)
        list_.fault = fault_of(record);
    if (!list_.fault->covers(record))
        ++list_.others[fault_of(record).text()];
    else if (!seen_)
        seen_ = record;
}

void Watch::message(const std::string &text)
{
    if (list_.told.insert(text).second)
        outer_.message(text);
}

Wake WatchWaiter::wait(int descriptor, std::chrono::milliseconds time)
{
    const bool enough = watch_.enough();
    Wake wake = waiter_.wait(descriptor, enough ? std::chrono::milliseconds(0) : time);
    interrupted_ = interrupted_ || wake.interrupted || wake.hangup;
    wake.enough = watch_.enough();
    return wake;
}

} // namespace ct

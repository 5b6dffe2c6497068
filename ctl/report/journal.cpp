// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/journal.h"

#include <algorithm>
#include <utility>

namespace ct {

Journal::Journal(const Status &status, std::uint64_t obtained, std::uint64_t lost,
                 std::map<Key, Tally> tallies, std::vector<Mismatch> first)
    : run_(status.run), last_(obtained + lost - status.unrecorded), obtained_(obtained),
      first_(std::move(first)), tallies_(std::move(tallies))
{
    if (first_.size() > keep)
        first_.resize(keep);
}

bool Journal::add(const Mismatch &record)
{
    if (record.run != run_ || record.number <= last_)
        return false;
    last_ = record.number;
    ++obtained_;

    // A register is not attributed to a driver, not even to the last one that its thread
    // called.
    Tally &tally = tallies_[Key(record.changed ? "" : record.driver, record.cpu_before,
                                record.context, record.direction)];
    if (tally.records++ == 0)
        tally.first = record.number;
    if (record.injected)
        ++tally.injected;
    if (record.cpu_before != record.cpu_after)
        ++tally.moved;
    for (const What what : record.what)
        tally.what |= 1U << static_cast<unsigned>(what);

    if (first_.size() < keep)
        first_.push_back(record);
    return true;
}

std::uint64_t Journal::lost(const Status &status) const
{
    // A status older than the last record must not make the count negative.
    const std::uint64_t made = std::max(status.records, last_);
    return made - obtained_ + status.unrecorded;
}

} // namespace ct

// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/quota.h"

namespace ct {

bool Kinds::fresh(const Mismatch &record)
{
    if (kinds_.size() >= most_)
        return false;
    std::uint32_t what = 0;
    for (const What word : record.what)
        what |= 1U << static_cast<unsigned>(word);
    // A register is not attributed to a driver, not even to the last one that its thread
    // called.
    return kinds_
        .emplace(record.changed ? "" : record.driver, record.direction, record.context, what,
                 record.injected)
        .second;
}

bool Quota::take(const Mismatch &record)
{
    const bool fresh = kinds_.fresh(record);
    std::uint64_t &taken = record.injected ? injected_ : real_;
    const bool wanted = fresh || taken < (record.injected ? limits_.injected : limits_.real);
    ++(wanted ? taken : left_out_);
    return wanted;
}

} // namespace ct

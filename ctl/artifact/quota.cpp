// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/quota.h"

namespace ct {

bool Quota::take(const Mismatch &record)
{
    std::uint32_t what = 0;
    for (const What word : record.what)
        what |= 1U << static_cast<unsigned>(word);
    // A register is no driver's, whatever its thread called last.
    bool wanted = taken_ < records_max;
    if (kinds_.size() < most)
        wanted |= kinds_
                      .emplace(record.changed ? "" : record.driver, record.direction,
                               record.context, what)
                      .second;
    wanted = wanted && taken_ < most;
    ++(wanted ? taken_ : left_out_);
    return wanted;
}

} // namespace ct

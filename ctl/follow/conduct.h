// SPDX-License-Identifier: GPL-2.0-or-later
// One run from its start to its end, with its exercisers and all of its records.
#pragma once

#include "crypto/drivers.h"
#include "damage/evidence.h"
#include "follow/follow.h"
#include "report/journal.h"
#include "session/environment.h"
#include "session/waiter.h"

namespace ct {

struct Conducted {
    Followed followed;
    Journal journal;
    Collector collector;
    // As of its start: the search for drivers makes instances again.
    Drivers drivers;
    std::uint64_t registers = 0; // that exercisers found changed, also too late for the run
    std::uint64_t deaths = 0;    // of the process of the exercisers
};

// An error: it did not start. What happens from then on is in the result.
[[nodiscard]] Result<Conducted> conduct(Environment &environment, Connection &connection,
                                        const Config &config, Waiter &waiter,
                                        Renderer &renderer);

} // namespace ct

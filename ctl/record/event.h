// SPDX-License-Identifier: GPL-2.0-or-later
// What the module reports without a request.
#pragma once

#include <cstdint>
#include <variant>

#include "record/job.h"
#include "record/status.h"

namespace ct {

struct RunStarted {
    std::uint64_t run = 0;
    std::uint64_t seed = 0;
};

struct MismatchSeen {
    std::uint64_t run = 0;
    std::uint64_t number = 0;
};

struct RunEnded {
    Status status;
};

// A job of anybody's has begun, ended or made a step.
struct JobSeen {
    Job job;
};

using Event = std::variant<RunStarted, MismatchSeen, RunEnded, JobSeen>;

} // namespace ct

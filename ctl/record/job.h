// SPDX-License-Identifier: GPL-2.0-or-later
// Long work that the module does on request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/words.h"

namespace ct {

struct Job {
    std::uint64_t number = 0; // since the module was loaded, from 1
    JobKind kind = JobKind::Search;
    JobState state = JobState::Queued;
    JobStep step = JobStep::None;
    std::uint32_t done = 0;             // parts of the step
    std::uint32_t total = 0;            // of so many; 0: not known
    std::string what;                   // the part that is being done, such as a driver
    std::optional<std::uint32_t> error; // errno, when it failed
    std::string why;                    // as an extended acknowledgement says it
    std::optional<std::uint32_t> where; // offset of what is at fault in the request
};

// The state of one that is not done yet.
struct JobProgress {
    Job job;
    std::optional<Job> ahead; // what is done first, of one that is queued
    bool cancelled = false;   // it was asked to end
};

} // namespace ct

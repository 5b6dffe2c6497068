// SPDX-License-Identifier: GPL-2.0-or-later
// Long work of the module: requesting it, and waiting for its result.
#pragma once

#include <chrono>
#include <string_view>

#include "kernel/job_link.h"
#include "kernel/kernel.h"

namespace ct {

// Time until the next poll of a job: short at first, for most jobs are short.
class JobPace {
public:
    [[nodiscard]] std::chrono::milliseconds next();

private:
    std::chrono::milliseconds step_{1};
    std::chrono::milliseconds waited_{0};
};

// Gives the attributes of the job when it is done, with its result. A job that fails is the
// same error as a request that is refused; one that the observer gave up is Interrupted.
// what: for the errors, "cannot start a run". observer: may be none.
[[nodiscard]] Result<Answer> do_job(JobLink &link, JobKind kind,
                                    const JobParameters &parameters, std::string_view what,
                                    JobObserver *observer);

} // namespace ct

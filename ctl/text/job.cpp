// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/job.h"

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

// Before the first step, or where the module names none.
const char *kind_text(JobKind kind)
{
    switch (kind) {
    case JobKind::Search:
        return "looking for drivers";
    case JobKind::Start:
        return "starting the run";
    case JobKind::Stop:
        return "stopping the run";
    case JobKind::Bench:
        return "measuring";
    case JobKind::Replay:
        return "running the packet again";
    }
    return "working";
}

std::string with_parts(const char *text, const Job &job, const char *before_what)
{
    std::string whole = text;
    if (job.total > 0)
        whole += fmt::format(": {} of {}", job.done, job.total);
    if (!job.what.empty())
        whole +=
            fmt::format("{} {}{}", job.total > 0 ? "," : ":", before_what, printable(job.what));
    return whole;
}

std::string step_text(const Job &job)
{
    switch (job.step) {
    case JobStep::None:
        return kind_text(job.kind);
    case JobStep::Modules:
        return with_parts("loading modules", job, "");
    case JobStep::Drivers:
        return with_parts("looking for drivers", job, "testing ");
    case JobStep::Start:
        return with_parts("making packets, threads and memory of the run", job, "");
    case JobStep::Stop:
        return with_parts("stopping: waiting for operations in flight", job, "of ");
    case JobStep::Measure:
        return with_parts("measuring", job, "");
    case JobStep::Replay:
        return with_parts("running the packet again", job, "by ");
    }
    return kind_text(job.kind);
}

} // namespace

std::string job_text(const JobProgress &progress)
{
    std::string text = progress.cancelled ? "cancelling: " : "";
    if (progress.job.state != JobState::Queued)
        return text + step_text(progress.job);
    text += "waiting for other work of the module";
    if (progress.ahead)
        text += ": " + step_text(*progress.ahead);
    return text;
}

} // namespace ct

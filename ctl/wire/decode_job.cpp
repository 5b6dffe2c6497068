// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"
#include "wire/nest.h"

#include <linux/cryptorture.h>

// The number of an attribute and its name in the contract.
#define KEY(attribute) (attribute), #attribute

namespace ct {

static_assert(count_of<JobKind> == __CRYPTORTURE_JOB_KIND_MAX);
static_assert(static_cast<int>(JobKind::Start) == CRYPTORTURE_JOB_KIND_START);
static_assert(static_cast<int>(JobKind::Replay) == CRYPTORTURE_JOB_KIND_REPLAY);
static_assert(count_of<JobState> == __CRYPTORTURE_JOB_STATE_MAX);
static_assert(static_cast<int>(JobState::Done) == CRYPTORTURE_JOB_STATE_DONE);
static_assert(count_of<JobStep> == __CRYPTORTURE_JOB_STEP_MAX);
static_assert(static_cast<int>(JobStep::Drivers) == CRYPTORTURE_JOB_STEP_DRIVERS);
static_assert(static_cast<int>(JobStep::Replay) == CRYPTORTURE_JOB_STEP_REPLAY);

Result<Job> decode_job(Bytes attributes)
{
    AttributeReader reader(attributes, "a job");
    Job job;
    reader.u64(KEY(CRYPTORTURE_A_JOB_NUMBER), job.number);
    reader.word(KEY(CRYPTORTURE_A_JOB_KIND), job.kind);
    reader.word(KEY(CRYPTORTURE_A_JOB_STATE), job.state);
    reader.word(KEY(CRYPTORTURE_A_JOB_STEP), job.step);
    reader.u32(KEY(CRYPTORTURE_A_JOB_DONE), job.done);
    reader.u32(KEY(CRYPTORTURE_A_JOB_TOTAL), job.total);
    reader.maybe_text(KEY(CRYPTORTURE_A_JOB_WHAT), job.what);
    reader.maybe_u32(KEY(CRYPTORTURE_A_JOB_ERROR), job.error);
    reader.maybe_text(KEY(CRYPTORTURE_A_JOB_WHY), job.why);
    reader.maybe_u32(KEY(CRYPTORTURE_A_JOB_WHERE), job.where);
    // It would read as a failure that is none.
    if (job.error == 0U)
        reader.fail("CRYPTORTURE_A_JOB_ERROR", "is 0");
    return finish(reader, job);
}

Result<std::uint64_t> decode_job_number(Bytes attributes)
{
    AttributeReader reader(attributes, "the number of a job");
    std::uint64_t number = 0;
    reader.u64(KEY(CRYPTORTURE_A_JOB_NUMBER), number);
    return finish(reader, number);
}

Result<BenchResult> decode_job_bench(Bytes attributes)
{
    return decode_member(attributes, "a measurement", KEY(CRYPTORTURE_A_JOB_BENCH),
                         decode_bench);
}

Result<Replay> decode_job_replay(Bytes attributes)
{
    return decode_member(attributes, "a replay", KEY(CRYPTORTURE_A_JOB_PACKET), decode_replay);
}

Result<Status> decode_job_status(Bytes attributes)
{
    return decode_member(attributes, "the status", KEY(CRYPTORTURE_A_JOB_STATUS),
                         decode_status);
}

} // namespace ct

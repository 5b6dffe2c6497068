// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/decode.h"

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"
#include "outcome.h"

namespace ct::test {

namespace {

Attributes done(std::uint32_t kind)
{
    return job_message(kind, CRYPTORTURE_JOB_STATE_DONE);
}

} // namespace

TEST(DecodeJob, GivesEveryField)
{
    const auto job = decode_job(job_message().bytes());
    ASSERT_TRUE(job) << job.error().sentence();
    EXPECT_EQ(job->number, 0x100000007U);
    EXPECT_EQ(job->kind, JobKind::Start);
    EXPECT_EQ(job->state, JobState::Done);
    EXPECT_EQ(job->step, JobStep::Drivers);
    EXPECT_EQ(job->done, 23U);
    EXPECT_EQ(job->total, 51U);
    EXPECT_EQ(job->what, "cbc-aes-aesni");
    EXPECT_EQ(job->error, 2U);
    EXPECT_EQ(job->why, "unknown driver: see the list");
    EXPECT_EQ(job->where, 40U);
}

TEST(DecodeJob, LeavesOutWhatIsNotSaid)
{
    const auto job = decode_job(
        job_message(CRYPTORTURE_JOB_KIND_SEARCH, CRYPTORTURE_JOB_STATE_QUEUED).bytes());
    ASSERT_TRUE(job) << job.error().sentence();
    EXPECT_EQ(job->state, JobState::Queued);
    EXPECT_EQ(job->what, "");
    EXPECT_FALSE(job->error);
    EXPECT_FALSE(job->where);
}

TEST(DecodeJob, RefusesUnknownWords)
{
    const auto with = [](int type, std::uint32_t value) {
        return decode_job(job_message().without(type).u32(type, value).bytes()).has_value();
    };
    EXPECT_TRUE(with(CRYPTORTURE_A_JOB_KIND, __CRYPTORTURE_JOB_KIND_MAX - 1));
    EXPECT_FALSE(with(CRYPTORTURE_A_JOB_KIND, __CRYPTORTURE_JOB_KIND_MAX));
    EXPECT_TRUE(with(CRYPTORTURE_A_JOB_STATE, __CRYPTORTURE_JOB_STATE_MAX - 1));
    EXPECT_FALSE(with(CRYPTORTURE_A_JOB_STATE, __CRYPTORTURE_JOB_STATE_MAX));
    EXPECT_TRUE(with(CRYPTORTURE_A_JOB_STEP, __CRYPTORTURE_JOB_STEP_MAX - 1));
    EXPECT_FALSE(with(CRYPTORTURE_A_JOB_STEP, __CRYPTORTURE_JOB_STEP_MAX));
    EXPECT_FALSE(with(CRYPTORTURE_A_JOB_ERROR, 0));
}

TEST(DecodeJob, TakesWhatCameOfIt)
{
    const auto bench = decode_job_bench(done(CRYPTORTURE_JOB_KIND_BENCH)
                                            .nest(CRYPTORTURE_A_JOB_BENCH, bench_message())
                                            .bytes());
    ASSERT_TRUE(bench) << bench.error().sentence();
    EXPECT_EQ(bench->operations, 1000U);
    const auto replay =
        decode_job_replay(done(CRYPTORTURE_JOB_KIND_REPLAY)
                              .nest(CRYPTORTURE_A_JOB_PACKET, mismatch_message())
                              .bytes());
    ASSERT_TRUE(replay) << replay.error().sentence();
    EXPECT_EQ(replay->attempts.size(), 2U);
    const auto status = decode_job_status(done(CRYPTORTURE_JOB_KIND_STOP)
                                              .nest(CRYPTORTURE_A_JOB_STATUS, status_message())
                                              .bytes());
    ASSERT_TRUE(status) << status.error().sentence();
    EXPECT_EQ(status->run, 3U);
}

TEST(DecodeJob, NamesAResultThatIsMissing)
{
    const auto bench = decode_job_bench(done(CRYPTORTURE_JOB_KIND_BENCH).bytes());
    ASSERT_FALSE(bench);
    EXPECT_EQ(bench.error().kind, ErrorKind::OtherVersion);
    EXPECT_TRUE(
        contains(bench.error().why, "the module does not report CRYPTORTURE_A_JOB_BENCH"))
        << bench.error().why;
    EXPECT_FALSE(decode_job_replay(done(CRYPTORTURE_JOB_KIND_REPLAY).bytes()));
    EXPECT_FALSE(decode_job_status(done(CRYPTORTURE_JOB_KIND_STOP).bytes()));
}

TEST(DecodeJob, RefusesResultsThatCannotBe)
{
    const auto decoded = [](const Attributes &inner) {
        return decode_job_bench(
            done(CRYPTORTURE_JOB_KIND_BENCH).nest(CRYPTORTURE_A_JOB_BENCH, inner).bytes());
    };
    EXPECT_FALSE(decoded(Attributes()));
    EXPECT_FALSE(decoded(bench_message().without(CRYPTORTURE_A_BENCH_TIME)));
    EXPECT_FALSE(decoded(bench_message().resized(CRYPTORTURE_A_BENCH_TIME, 7)));
    EXPECT_FALSE(decode_job_bench(done(CRYPTORTURE_JOB_KIND_BENCH)
                                      .nest(CRYPTORTURE_A_JOB_BENCH, bench_message())
                                      .nest(CRYPTORTURE_A_JOB_BENCH, bench_message())
                                      .bytes()));
    EXPECT_FALSE(decode_job_bench(done(CRYPTORTURE_JOB_KIND_BENCH)
                                      .nest(CRYPTORTURE_A_JOB_BENCH, bench_message())
                                      .resized(CRYPTORTURE_A_JOB_BENCH, 37)
                                      .bytes()));
}

TEST(DecodeJob, NeedsItsNumber)
{
    EXPECT_EQ(
        decode_job_number(Attributes().u64(CRYPTORTURE_A_JOB_NUMBER, 7).bytes()).value_or(0),
        7U);
    EXPECT_FALSE(decode_job_number({}));
    EXPECT_FALSE(decode_job_number(Attributes().u32(CRYPTORTURE_A_JOB_NUMBER, 7).bytes()));
}

} // namespace ct::test

// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "control/job.h"
#include "suites.h"

/**
 * struct errand - a job that waits until it is let go
 * @job: the job
 * @begun: it runs
 * @go: it may end
 * @unwanted: see yt_jobs_cancel_if()
 * @place: in the order of those that ended
 * @err: what it returns
 */
struct errand {
	struct yt_job job;
	struct completion begun;
	struct completion go;
	bool unwanted;
	unsigned int place;
	int err;
};

static unsigned int ended;
static atomic_t released;
static unsigned int told[__CRYPTORTURE_JOB_STATE_MAX];

static int run(struct yt_job *job)
{
	struct errand *errand = container_of(job, struct errand, job);

	yt_steps_begin(&job->steps, CRYPTORTURE_JOB_STEP_MEASURE, 2);
	yt_steps_next(&job->steps, "first");
	complete(&errand->begun);
	while (!wait_for_completion_timeout(&errand->go, HZ / 100))
		if (yt_steps_cancelled(&job->steps))
			return -ECANCELED;
	yt_steps_next(&job->steps, "second");
	errand->place = ++ended;
	if (errand->err)
		strscpy(job->why, "because", sizeof(job->why));
	return errand->err;
}

static void release(struct yt_job *job)
{
	atomic_inc(&released);
	kfree(container_of(job, struct errand, job));
}

static void listen(struct yt_job *job)
{
	told[yt_job_state(job)]++;
}

static struct errand *make(struct kunit *test, enum cryptorture_job_kind kind)
{
	struct errand *errand = kzalloc(sizeof(*errand), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, errand);
	yt_job_init(&errand->job);
	errand->job.kind = kind;
	errand->job.run = run;
	errand->job.release = release;
	init_completion(&errand->begun);
	init_completion(&errand->go);
	return errand;
}

static struct errand *submit(struct kunit *test, enum cryptorture_job_kind kind)
{
	struct errand *errand = make(test, kind);

	KUNIT_ASSERT_EQ(test, yt_job_submit(&errand->job), 0);
	return errand;
}

static void finish(struct errand *errand)
{
	complete(&errand->go);
	yt_job_wait(&errand->job);
}

static int job_init(struct kunit *test)
{
	ended = 0;
	atomic_set(&released, 0);
	memset(told, 0, sizeof(told));
	return yt_jobs_init();
}

static void job_exit(struct kunit *test)
{
	yt_jobs_exit();
}

static void one_after_the_other(struct kunit *test)
{
	struct errand *first = submit(test, CRYPTORTURE_JOB_KIND_SEARCH);
	struct errand *second = submit(test, CRYPTORTURE_JOB_KIND_SEARCH);

	wait_for_completion(&first->begun);
	KUNIT_EXPECT_EQ(test, yt_job_state(&first->job), CRYPTORTURE_JOB_STATE_RUNNING);
	KUNIT_EXPECT_EQ(test, yt_job_state(&second->job), CRYPTORTURE_JOB_STATE_QUEUED);
	KUNIT_EXPECT_EQ(test, yt_job_current(), first->job.number);
	KUNIT_EXPECT_EQ(test, second->job.number, first->job.number + 1);
	complete(&second->go);
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&second->begun, HZ / 20));
	finish(first);
	finish(second);
	KUNIT_EXPECT_EQ(test, first->place, 1U);
	KUNIT_EXPECT_EQ(test, second->place, 2U);
	KUNIT_EXPECT_EQ(test, yt_job_state(&second->job), CRYPTORTURE_JOB_STATE_DONE);
	KUNIT_EXPECT_EQ(test, yt_job_current(), 0ULL);
	yt_job_put(&first->job);
	yt_job_put(&second->job);
}

static void steps_are_seen(struct kunit *test)
{
	struct errand *errand = submit(test, CRYPTORTURE_JOB_KIND_BENCH);
	struct yt_steps_at at;

	wait_for_completion(&errand->begun);
	yt_steps_look(&errand->job.steps, &at);
	KUNIT_EXPECT_EQ(test, at.step, CRYPTORTURE_JOB_STEP_MEASURE);
	KUNIT_EXPECT_EQ(test, at.done, 0U);
	KUNIT_EXPECT_EQ(test, at.total, 2U);
	KUNIT_EXPECT_STREQ(test, at.what, "first");
	yt_steps_add(&errand->job.steps, 3);
	yt_steps_next(&errand->job.steps, "more");
	yt_steps_look(&errand->job.steps, &at);
	KUNIT_EXPECT_EQ(test, at.done, 1U);
	KUNIT_EXPECT_EQ(test, at.total, 5U);
	finish(errand);
	yt_steps_look(&errand->job.steps, &at);
	KUNIT_EXPECT_EQ(test, at.step, CRYPTORTURE_JOB_STEP_NONE);
	KUNIT_EXPECT_STREQ(test, at.what, "");
	yt_job_put(&errand->job);
}

static void a_failure_is_kept(struct kunit *test)
{
	struct errand *errand = make(test, CRYPTORTURE_JOB_KIND_BENCH);
	struct yt_job *found;

	errand->err = -EIO;
	KUNIT_ASSERT_EQ(test, yt_job_submit(&errand->job), 0);
	complete(&errand->go);
	KUNIT_EXPECT_EQ(test, yt_job_wait(&errand->job), -EIO);
	found = yt_job_find(errand->job.number);
	KUNIT_EXPECT_PTR_EQ(test, found, &errand->job);
	if (found) {
		KUNIT_EXPECT_EQ(test, found->err, -EIO);
		KUNIT_EXPECT_STREQ(test, found->why, "because");
		yt_job_put(found);
	}
	found = yt_job_find(0);
	KUNIT_EXPECT_PTR_EQ(test, found, &errand->job);
	if (found)
		yt_job_put(found);
	KUNIT_EXPECT_NULL(test, yt_job_find(errand->job.number + 1));
	yt_job_put(&errand->job);
}

static void a_cancelled_one_ends(struct kunit *test)
{
	struct errand *runs = submit(test, CRYPTORTURE_JOB_KIND_SEARCH);
	struct errand *waits = submit(test, CRYPTORTURE_JOB_KIND_SEARCH);

	wait_for_completion(&runs->begun);
	yt_job_cancel(&waits->job);
	yt_job_cancel(&runs->job);
	KUNIT_EXPECT_EQ(test, yt_job_wait(&runs->job), -ECANCELED);
	KUNIT_EXPECT_EQ(test, yt_job_wait(&waits->job), -ECANCELED);
	KUNIT_EXPECT_STREQ(test, runs->job.why, "it was cancelled");
	KUNIT_EXPECT_FALSE(test, completion_done(&waits->begun));
	yt_job_put(&runs->job);
	yt_job_put(&waits->job);
}

static bool is_unwanted(struct yt_job *job)
{
	return container_of(job, struct errand, job)->unwanted;
}

static void those_that_nobody_wants_end(struct kunit *test)
{
	struct errand *unwanted = submit(test, CRYPTORTURE_JOB_KIND_START);
	struct errand *stop = submit(test, CRYPTORTURE_JOB_KIND_STOP);
	struct errand *other = submit(test, CRYPTORTURE_JOB_KIND_START);

	unwanted->unwanted = true;
	stop->unwanted = true;
	yt_jobs_cancel_if(is_unwanted);
	KUNIT_EXPECT_EQ(test, yt_job_wait(&unwanted->job), -ECANCELED);
	complete(&stop->go);
	KUNIT_EXPECT_EQ(test, yt_job_wait(&stop->job), 0);
	complete(&other->go);
	KUNIT_EXPECT_EQ(test, yt_job_wait(&other->job), 0);
	yt_job_put(&unwanted->job);
	yt_job_put(&stop->job);
	yt_job_put(&other->job);
}

/* As many as there may be that are not done; and as many are kept. */
static void there_is_an_end_to_them(struct kunit *test)
{
	struct errand *all[CRYPTORTURE_JOBS_MAX], *more;
	u64 first;
	unsigned int i;

	for (i = 0; i < CRYPTORTURE_JOBS_MAX; i++)
		all[i] = submit(test, CRYPTORTURE_JOB_KIND_SEARCH);
	first = all[0]->job.number;
	more = make(test, CRYPTORTURE_JOB_KIND_SEARCH);
	KUNIT_EXPECT_EQ(test, yt_job_submit(&more->job), -EBUSY);
	finish(all[0]);
	KUNIT_EXPECT_EQ(test, yt_job_submit(&more->job), 0);
	KUNIT_EXPECT_NULL(test, yt_job_find(first));
	KUNIT_EXPECT_EQ(test, more->job.number, first + CRYPTORTURE_JOBS_MAX);
	for (i = 1; i < CRYPTORTURE_JOBS_MAX; i++)
		finish(all[i]);
	finish(more);
	KUNIT_EXPECT_EQ(test, more->place, CRYPTORTURE_JOBS_MAX + 1U);
	for (i = 0; i < CRYPTORTURE_JOBS_MAX; i++)
		yt_job_put(&all[i]->job);
	KUNIT_EXPECT_GE(test, atomic_read(&released), 1);
	yt_job_put(&more->job);
}

static void listeners_are_told(struct kunit *test)
{
	struct errand *errand;

	yt_jobs_listen(listen);
	errand = submit(test, CRYPTORTURE_JOB_KIND_SEARCH);
	finish(errand);
	yt_jobs_listen(NULL);
	KUNIT_EXPECT_GE(test, told[CRYPTORTURE_JOB_STATE_RUNNING], 1U);
	KUNIT_EXPECT_EQ(test, told[CRYPTORTURE_JOB_STATE_DONE], 1U);
	yt_job_put(&errand->job);
}

static struct kunit_case job_cases[] = {
	KUNIT_CASE(one_after_the_other),
	KUNIT_CASE(steps_are_seen),
	KUNIT_CASE(a_failure_is_kept),
	KUNIT_CASE(a_cancelled_one_ends),
	KUNIT_CASE(those_that_nobody_wants_end),
	KUNIT_CASE(there_is_an_end_to_them),
	KUNIT_CASE(listeners_are_told),
	{}
};

struct kunit_suite control_job_suite = {
	.name = "control_job",
	.init = job_init,
	.exit = job_exit,
	.test_cases = job_cases,
};

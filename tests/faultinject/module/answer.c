// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/bottom_half.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "aim.h"
#include "answer.h"
#include "compat_busted.h"

static int refuse_good(struct yt_busted_job *job, int err)
{
	if (err || !job->due)
		return err;
	yt_busted_aim_done();
	return -EINVAL;
}

static int say_positive(struct yt_busted_job *job, int err)
{
	if (err || !job->due)
		return err;
	yt_busted_aim_done();
	return 1;
}

static int accept_bad(struct yt_busted_job *job, int err)
{
	if (err != -EBADMSG || !job->due)
		return err;
	yt_busted_aim_done();
	return 0;
}

static int answer_twice(struct yt_busted_job *job, int err)
{
	if (!job->due)
		return err;
	yt_busted_aim_done();
	local_bh_disable();
	yt_complete(job->request, err);
	local_bh_enable();
	return err;
}

static int answer_good_twice(struct yt_busted_job *job, int err)
{
	return err ? err : answer_twice(job, err);
}

static int answer_refused_twice(struct yt_busted_job *job, int err)
{
	return err == -EBADMSG ? answer_twice(job, err) : err;
}

/* The one that is kept on a CPU, and what its answer will be. */
struct kept {
	struct crypto_async_request *request;
	int err;
	atomic_t taken;
	struct delayed_work work;
};

static DEFINE_PER_CPU(struct kept, kept);

static void answer_late(struct work_struct *work)
{
	struct kept *one = container_of(to_delayed_work(work), struct kept,
					work);

	local_bh_disable();
	yt_complete(one->request, one->err);
	local_bh_enable();
	atomic_set(&one->taken, 0);
}

static int keep(struct yt_busted_job *job, int err)
{
	struct kept *one = per_cpu_ptr(&kept, raw_smp_processor_id());

	if (err || !job->due || atomic_cmpxchg(&one->taken, 0, 1))
		return err;
	yt_busted_aim_done();
	one->request = job->request;
	one->err = err;
	schedule_delayed_work(&one->work, YT_BUSTED_LATE_SECONDS * HZ);
	return -EINPROGRESS;
}

static void begin_late(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		INIT_DELAYED_WORK(&per_cpu(kept, cpu).work, answer_late);
}

/* Its transform, which holds a reference to this module, waits for the answer. */
static void end_late(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		flush_delayed_work(&per_cpu(kept, cpu).work);
}

#define KINDS	(BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_GCM) | BIT(YT_BUSTED_ESN))

const struct yt_busted_wrap yt_busted_status = {
	.kinds = KINDS,
	.answer = refuse_good,
};

const struct yt_busted_wrap yt_busted_positive = {
	.kinds = KINDS,
	.answer = say_positive,
};

const struct yt_busted_wrap yt_busted_accepted = {
	.kinds = BIT(YT_BUSTED_GCM) | BIT(YT_BUSTED_ESN),
	.answer = accept_bad,
};

const struct yt_busted_wrap yt_busted_twice = {
	.kinds = KINDS,
	.answer = answer_good_twice,
};

const struct yt_busted_wrap yt_busted_refused_twice = {
	.kinds = BIT(YT_BUSTED_GCM) | BIT(YT_BUSTED_ESN),
	.answer = answer_refused_twice,
};

const struct yt_busted_wrap yt_busted_stuck = {
	.kinds = KINDS,
	.asynchronous = true,
	.answer = keep,
	.begin = begin_late,
	.end = end_late,
};

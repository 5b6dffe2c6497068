/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jobs: long work that is asked for, looked at, cancelled, and done by one thread, one
 * after the other. Nobody has to wait for it, least of all a netlink callback.
 */
#ifndef CRYPTORTURE_CONTROL_JOB_H
#define CRYPTORTURE_CONTROL_JOB_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>

#include "drivers/steps.h"

#define YT_WHY_MAX	256	/* bytes, with the NUL */

/**
 * struct yt_job - one of them
 * @kind: enum yt_job_kind
 * @run: does the work, in the thread of jobs; sets @why when it fails, and returns 0 or
 *	 a negative errno
 * @release: frees it with all that belongs to it; process context
 * @steps: how far it is
 * @number: from 1
 * @state: enum yt_job_state; the fields below stand still when it is done
 * @err: 0 or a negative errno
 * @why: a sentence, or empty
 * @where: CT_JOB_WHERE, or 0
 *
 * The caller of yt_job_submit() sets the first three, zeroes the rest, and makes @steps
 * with yt_job_init(). The rest is private.
 */
struct yt_job {
	enum yt_job_kind kind;
	int (*run)(struct yt_job *job);
	void (*release)(struct yt_job *job);
	struct yt_steps steps;
	u64 number;
	enum yt_job_state state;
	int err;
	char why[YT_WHY_MAX];
	u32 where;
	struct kref references;
	struct list_head list;
	struct completion done;
	unsigned long told;
};

/* Process context, once. Return: 0 or a negative errno. */
int yt_jobs_init(void);
/* Cancels all, and waits for the one that is being done. No more can come. */
void yt_jobs_exit(void);

/**
 * yt_jobs_listen() - be told of jobs that begin, end or have made a step
 * @listener: called in the thread of jobs, no lock held; NULL for nobody
 *
 * When it returns, the listener before is not called any more.
 */
void yt_jobs_listen(void (*listener)(struct yt_job *job));

/* Before yt_job_submit(). The caller has the only reference. */
void yt_job_init(struct yt_job *job);

/**
 * yt_job_submit() - have it done
 * @job: from yt_job_init(); the caller keeps its reference
 *
 * Process context; does not wait.
 *
 * Return: 0; -EBUSY when CT_JOBS_MAX are not done yet; -ESHUTDOWN when the module is
 * being unloaded.
 */
int yt_job_submit(struct yt_job *job);

/* By its number, or the latest for 0, with a reference; NULL when it is not kept. */
struct yt_job *yt_job_find(u64 number);
void yt_job_put(struct yt_job *job);

/* What of it stands still may be read when that is CT_JOB_STATE_DONE. */
enum yt_job_state yt_job_state(struct yt_job *job);

/* The number of the one that is being done, or 0. */
u64 yt_job_current(void);

/* Ends as soon as its step allows. Does not wait. */
void yt_job_cancel(struct yt_job *job);
/*
 * All of which this is true, but those that end a run. It is asked with a lock held, and
 * may not sleep.
 */
void yt_jobs_cancel_if(bool (*unwanted)(struct yt_job *job));

/**
 * yt_job_wait() - wait until it is done
 * @job: submitted
 *
 * Return: its error; -EINTR when a fatal signal came: then it is cancelled.
 */
int yt_job_wait(struct yt_job *job);

#endif /* CRYPTORTURE_CONTROL_JOB_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jobs: long work that is requested, watched, cancelled, and done by one thread, one
 * after the other. Callers need not wait for it, and netlink callbacks must not.
 */
#ifndef CRYPTORTURE_CONTROL_JOB_H
#define CRYPTORTURE_CONTROL_JOB_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>

#include "drivers/steps.h"

#define YT_WHY_MAX	256	/* bytes, with the NUL */

/**
 * struct yt_job - long work
 * @kind: enum cryptorture_job_kind
 * @run: does the work, in the thread of jobs; sets @why when it fails, and returns 0 or
 *	 a negative errno
 * @release: frees the job and what it owns; process context
 * @steps: its progress
 * @number: from 1
 * @state: enum cryptorture_job_state; the fields below are stable when it is done
 * @err: 0 or a negative errno
 * @why: a sentence, or empty
 * @where: CRYPTORTURE_A_JOB_WHERE, or 0
 *
 * The caller of yt_job_submit() sets the first three, zeroes the rest, and makes @steps
 * with yt_job_init(). The rest is private.
 */
struct yt_job {
	enum cryptorture_job_kind kind;
	int (*run)(struct yt_job *job);
	void (*release)(struct yt_job *job);
	struct yt_steps steps;
	u64 number;
	enum cryptorture_job_state state;
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
/* Cancels all jobs, and waits for the running one. No more can be submitted. */
void yt_jobs_exit(void);

/**
 * yt_jobs_listen() - get a callback when a job begins, makes a step or ends
 * @listener: called in the thread of jobs, no lock held; NULL for none
 *
 * After the return the previous listener is not called any more.
 */
void yt_jobs_listen(void (*listener)(struct yt_job *job));

/* To be called before yt_job_submit(). The caller has the only reference. */
void yt_job_init(struct yt_job *job);

/**
 * yt_job_submit() - queue a job
 * @job: from yt_job_init(); the caller keeps its reference
 *
 * Process context; does not wait.
 *
 * Return: 0; -EBUSY when CRYPTORTURE_JOBS_MAX are not done yet; -ESHUTDOWN when the module is
 * being unloaded.
 */
int yt_job_submit(struct yt_job *job);

/* Find a job by its number, or the latest for 0. Return: a reference, or NULL. */
struct yt_job *yt_job_find(u64 number);
void yt_job_put(struct yt_job *job);

/* CRYPTORTURE_JOB_STATE_DONE means that the stable fields may be read. */
enum cryptorture_job_state yt_job_state(struct yt_job *job);

/* The number of the running job, or 0. */
u64 yt_job_current(void);

/* The job ends as soon as its step allows. Does not wait. */
void yt_job_cancel(struct yt_job *job);
/*
 * Cancel every job for which @unwanted is true, except those that end a run. It is called
 * with a lock held, and may not sleep.
 */
void yt_jobs_cancel_if(bool (*unwanted)(struct yt_job *job));

/**
 * yt_job_wait() - wait until it is done
 * @job: submitted
 *
 * Return: its error; -EINTR after a fatal signal, which cancels it.
 */
int yt_job_wait(struct yt_job *job);

#endif /* CRYPTORTURE_CONTROL_JOB_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/wait.h>

#include "control/job.h"

/* The least time between two reports of a step. */
#define TELL_EVERY	(HZ / 10)

/* Protects all below, see also struct yt_job. Never held for long. */
static DEFINE_MUTEX(lock);
static LIST_HEAD(jobs);		/* at most CRYPTORTURE_JOBS_MAX done ones, oldest first */
static unsigned int kept;
static unsigned int queued;	/* of @jobs; also read without the lock */
static u64 last_number;
static struct yt_job *current_job;
static bool closed;

/* Held while a listener is called. */
static DEFINE_MUTEX(listener_lock);
static void (*listener)(struct yt_job *job);

static struct task_struct *thread;
static DECLARE_WAIT_QUEUE_HEAD(wanted);

static void tell(struct yt_job *job)
{
	mutex_lock(&listener_lock);
	job->told = jiffies;
	if (listener)
		listener(job);
	mutex_unlock(&listener_lock);
}

static void on_step(struct yt_steps *steps)
{
	struct yt_job *job = container_of(steps, struct yt_job, steps);

	if (time_after(jiffies, job->told + TELL_EVERY))
		tell(job);
}

void yt_jobs_listen(void (*new_listener)(struct yt_job *job))
{
	mutex_lock(&listener_lock);
	listener = new_listener;
	mutex_unlock(&listener_lock);
}

static void release(struct kref *references)
{
	struct yt_job *job = container_of(references, struct yt_job, references);

	job->release(job);
}

void yt_job_put(struct yt_job *job)
{
	kref_put(&job->references, release);
}

void yt_job_init(struct yt_job *job)
{
	yt_steps_init(&job->steps, on_step);
	kref_init(&job->references);
	INIT_LIST_HEAD(&job->list);
	init_completion(&job->done);
	job->state = CRYPTORTURE_JOB_STATE_QUEUED;
}

static bool is_done(const struct yt_job *job)
{
	return job->state == CRYPTORTURE_JOB_STATE_DONE;
}

/* Under @lock. Return: the oldest queued job, or NULL. */
static struct yt_job *next_job(void)
{
	struct yt_job *job;

	list_for_each_entry(job, &jobs, list)
		if (!is_done(job))
			return job;
	return NULL;
}

/* Under @lock: make room for one more, if needed by dropping the oldest done job. */
static struct yt_job *make_room(void)
{
	struct yt_job *oldest;

	if (kept < CRYPTORTURE_JOBS_MAX)
		return NULL;
	list_for_each_entry(oldest, &jobs, list)
		if (is_done(oldest))
			return oldest;
	return ERR_PTR(-EBUSY);
}

int yt_job_submit(struct yt_job *job)
{
	struct yt_job *oldest;
	int err = 0;

	mutex_lock(&lock);
	oldest = make_room();
	if (closed)
		err = -ESHUTDOWN;
	else if (IS_ERR(oldest))
		err = PTR_ERR(oldest);
	if (err) {
		mutex_unlock(&lock);
		return err;
	}
	if (oldest) {
		list_del(&oldest->list);
		kept--;
	}
	job->number = ++last_number;
	kref_get(&job->references);
	list_add_tail(&job->list, &jobs);
	kept++;
	WRITE_ONCE(queued, queued + 1);
	mutex_unlock(&lock);
	wake_up(&wanted);
	if (oldest)
		yt_job_put(oldest);
	return 0;
}

struct yt_job *yt_job_find(u64 number)
{
	struct yt_job *job, *found = NULL;

	mutex_lock(&lock);
	if (!number)
		number = last_number;
	list_for_each_entry(job, &jobs, list)
		if (job->number == number) {
			kref_get(&job->references);
			found = job;
		}
	mutex_unlock(&lock);
	return found;
}

enum cryptorture_job_state yt_job_state(struct yt_job *job)
{
	enum cryptorture_job_state state;

	mutex_lock(&lock);
	state = job->state;
	mutex_unlock(&lock);
	return state;
}

u64 yt_job_current(void)
{
	u64 number;

	mutex_lock(&lock);
	number = current_job ? current_job->number : 0;
	mutex_unlock(&lock);
	return number;
}

void yt_job_cancel(struct yt_job *job)
{
	yt_steps_cancel(&job->steps);
}

void yt_jobs_cancel_if(bool (*unwanted)(struct yt_job *job))
{
	struct yt_job *job;

	mutex_lock(&lock);
	list_for_each_entry(job, &jobs, list)
		if (job->kind != CRYPTORTURE_JOB_KIND_STOP && !is_done(job) &&
		    unwanted(job))
			yt_job_cancel(job);
	mutex_unlock(&lock);
}

int yt_job_wait(struct yt_job *job)
{
	if (!wait_for_completion_killable(&job->done))
		return job->err;
	yt_job_cancel(job);
	return -EINTR;
}

/* Checked by wait_event(), so it may not sleep. */
static bool is_wanted(void)
{
	return READ_ONCE(queued);
}

static struct yt_job *take(void)
{
	struct yt_job *job;

	mutex_lock(&lock);
	job = next_job();
	if (job) {
		job->state = CRYPTORTURE_JOB_STATE_RUNNING;
		WRITE_ONCE(queued, queued - 1);
		kref_get(&job->references);
	}
	current_job = job;
	mutex_unlock(&lock);
	return job;
}

static void settle(struct yt_job *job, int err)
{
	if (err && yt_steps_cancelled(&job->steps))
		err = -ECANCELED;
	if (err == -ECANCELED)
		strscpy(job->why, "it was cancelled", sizeof(job->why));
	yt_steps_begin(&job->steps, CRYPTORTURE_JOB_STEP_NONE, 0);
	mutex_lock(&lock);
	job->err = err;
	job->state = CRYPTORTURE_JOB_STATE_DONE;
	current_job = NULL;
	mutex_unlock(&lock);
	tell(job);
	complete_all(&job->done);
}

static void do_next(void)
{
	struct yt_job *job = take();
	int err;

	if (!job)
		return;
	tell(job);
	err = yt_steps_cancelled(&job->steps) ? -ECANCELED : job->run(job);
	settle(job, err);
	yt_job_put(job);
}

static int work(void *unused)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(wanted,
					 kthread_should_stop() || is_wanted());
		do_next();
	}
	return 0;
}

int yt_jobs_init(void)
{
	struct task_struct *task;

	task = kthread_run(work, NULL, "cryptorture/job");
	if (IS_ERR(task))
		return PTR_ERR(task);
	thread = task;
	closed = false;
	return 0;
}

void yt_jobs_exit(void)
{
	struct yt_job *job, *next;

	mutex_lock(&lock);
	closed = true;
	list_for_each_entry(job, &jobs, list)
		yt_job_cancel(job);
	mutex_unlock(&lock);
	kthread_stop(thread);
	/* Some are left if loading fails after user space has submitted jobs. */
	while (is_wanted())
		do_next();
	list_for_each_entry_safe(job, next, &jobs, list) {
		list_del(&job->list);
		yt_job_put(job);
	}
	kept = 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "context/syscall.h"
#include "control/exercise.h"
#include "control/run.h"
#include "control/workers.h"
#include "cpu/abandon.h"
#include "disturb/hotplug.h"
#include "disturb/timer.h"
#include "repro/replay.h"
#include "vectors/refresh.h"

/*
 * Serialises start, stop and work that excludes a run; held for as long as
 * these take. Taken before cpus_read_lock().
 */
static DEFINE_MUTEX(control);
static bool closed;			/* no further run may begin */
static struct yt_status ending;		/* of the last run, while its verdict is drawn */

/*
 * Held for reading the run, and for changes that readers see; nothing waits for a driver under
 * it. Taken within @control. A holder of @control may read without it.
 */
static DEFINE_MUTEX(view);
static struct yt_exercise *the_run;	/* the current run, or the last one */
static struct yt_status last;
static const struct yt_run_listener *listener;

static bool end_asked;			/* any context: at the first mismatch */

static struct workqueue_struct *workqueue;
static struct delayed_work end_work;

static void tell(bool begins)
{
	const struct yt_run_listener *present;

	mutex_lock(&view);
	present = listener;
	mutex_unlock(&view);
	if (present)
		present->run(begins);
}

static void on_record(void)
{
	const struct yt_run_listener *present = READ_ONCE(listener);

	if (present)
		present->record();
}

void yt_run_listen(const struct yt_run_listener *new_listener)
{
	mutex_lock(&view);
	WRITE_ONCE(listener, new_listener);
	mutex_unlock(&view);
}

const struct yt_exercise *yt_run_lock(void)
{
	mutex_lock(&view);
	return the_run;
}

void yt_run_unlock(void)
{
	mutex_unlock(&view);
}

bool yt_run_is_on(void)
{
	bool on;

	mutex_lock(&view);
	on = last.state == CRYPTORTURE_RUN_STATE_RUNNING;
	mutex_unlock(&view);
	return on;
}

int yt_run_exclude(void)
{
	mutex_lock(&control);
	if (last.state != CRYPTORTURE_RUN_STATE_RUNNING)
		return 0;
	mutex_unlock(&control);
	return -EBUSY;
}

void yt_run_include(void)
{
	mutex_unlock(&control);
}

static void on_mismatch(struct yt_exercise *exercise)
{
	if (exercise->config.until_mismatch && !READ_ONCE(end_asked)) {
		WRITE_ONCE(end_asked, true);
		mod_delayed_work(workqueue, &end_work, 0);
	}
}

static void on_batch(struct yt_cpu *cpu)
{
	yt_timer_resume(cpu);
}

static void free_cpus(struct yt_exercise *exercise)
{
	/* The driver may still write to its memory, and complete the request. */
	if (exercise->abandoned && yt_abandon())
		return;
	yt_exercise_free_cpus(exercise);
}

void yt_run_status(struct yt_status *status)
{
	mutex_lock(&view);
	if (last.state == CRYPTORTURE_RUN_STATE_RUNNING ||
	    last.state == CRYPTORTURE_RUN_STATE_STOPPING)
		yt_status_take(&last, the_run);
	*status = last;
	mutex_unlock(&view);
}

static void stop_locked(enum cryptorture_end end)
{
	mutex_lock(&view);
	last.state = CRYPTORTURE_RUN_STATE_STOPPING;
	mutex_unlock(&view);
	cancel_delayed_work(&end_work);
	yt_workers_stop(the_run);
	/* printk() may be slow. */
	ending = last;
	yt_status_take(&ending, the_run);
	yt_status_conclude(&ending, the_run, end);
	mutex_lock(&view);
	last = ending;
	mutex_unlock(&view);
	free_cpus(the_run);
}

int yt_run_stop(enum cryptorture_end end)
{
	int err = -ESRCH;

	mutex_lock(&control);
	if (last.state == CRYPTORTURE_RUN_STATE_RUNNING) {
		stop_locked(end);
		err = 0;
	}
	mutex_unlock(&control);
	if (!err)
		tell(false);
	return err;
}

/*
 * The timer wheel may be late by an eighth of a delay: so most of the way, then
 * most of the rest, and so on. Does nothing for a run without an end.
 */
static void queue_end(void)
{
	u64 length = last.config.duration_ms * NSEC_PER_MSEC;
	u64 gone = ktime_get_ns() - last.begin;

	if (!length)
		return;
	mod_delayed_work(workqueue, &end_work, gone >= length ? 0 :
			 nsecs_to_jiffies((length - gone) / 8 * 7) + 1);
}

/* The time is up, or the first mismatch has come. */
static void end_run(struct work_struct *work)
{
	enum cryptorture_end end = CRYPTORTURE_END_NONE;

	mutex_lock(&control);
	if (last.state == CRYPTORTURE_RUN_STATE_RUNNING) {
		u64 length = last.config.duration_ms * NSEC_PER_MSEC;

		/* It may have been queued for an earlier run. */
		if (READ_ONCE(end_asked))
			end = CRYPTORTURE_END_MISMATCH;
		else if (length && ktime_get_ns() - last.begin >= length)
			end = CRYPTORTURE_END_DURATION;
		else
			queue_end();
	}
	if (end != CRYPTORTURE_END_NONE)
		stop_locked(end);
	mutex_unlock(&control);
	if (end != CRYPTORTURE_END_NONE)
		tell(false);
}

static struct yt_exercise *make_run(const struct yt_config *config)
{
	struct yt_exercise *exercise = kvzalloc(sizeof(*exercise), GFP_KERNEL);

	if (!exercise)
		return NULL;
	exercise->config = *config;
	exercise->number = last.number + 1;
	exercise->on_mismatch = on_mismatch;
	exercise->on_batch = on_batch;
	exercise->ring = kzalloc(sizeof(*exercise->ring), GFP_KERNEL);
	if (exercise->ring && !yt_mismatch_ring_init(exercise->ring)) {
		exercise->ring->notify = on_record;
		return exercise;
	}
	kfree(exercise->ring);
	kvfree(exercise);
	return NULL;
}

/* Nothing of it runs, and there are no readers. NULL is allowed. */
static void free_run(struct yt_exercise *exercise)
{
	struct yt_mismatch_ring *ring;

	if (!exercise)
		return;
	ring = exercise->ring;
	yt_exercise_free(exercise);
	yt_mismatch_ring_free(ring);
	kfree(ring);
}

/* The point of no return: the results of the last run are freed by it. */
static void publish(struct yt_exercise *exercise, const struct yt_status *status)
{
	struct yt_exercise *before;

	mutex_lock(&view);
	before = the_run;
	the_run = exercise;
	last = *status;
	mutex_unlock(&view);
	free_run(before);
	/* For records that were made before the run was published. */
	on_record();
}

static int go(struct yt_exercise *exercise, struct yt_status *status)
{
	int err;

	WRITE_ONCE(end_asked, false);
	status->number = exercise->number;
	status->state = CRYPTORTURE_RUN_STATE_RUNNING;
	status->config = exercise->config;
	status->drivers = exercise->count;
	status->started = ktime_get_real_ns();
	status->begin = ktime_get_ns();
	err = yt_refresh_start(&exercise->pool);
	if (err)
		return err;
	err = yt_replay_start(exercise);
	if (err)
		return err;
	err = yt_workers_start(exercise);
	if (err)
		return err;
	publish(exercise, status);
	yt_syscall_open(exercise);
	queue_end();
	pr_info("run %llu: %u drivers on %u CPUs, seed %#llx, %llu KiB\n",
		exercise->number, exercise->count, cpumask_weight(&exercise->config.cpus),
		exercise->config.seed, yt_exercise_memory(exercise) / 1024);
	return 0;
}

static int make_and_go(struct yt_exercise *exercise,
		       const struct yt_driver *const *drivers,
		       unsigned int count, const char **why)
{
	struct yt_status *status;
	int err;

	status = kzalloc(sizeof(*status), GFP_KERNEL);
	if (!status)
		return -ENOMEM;
	err = yt_exercise_make(exercise, drivers, count, why);
	if (!err) {
		/* A user who names drivers knows which are left out. */
		status->misses_aesni = !drivers && yt_exercise_misses_aesni(exercise);
		*why = "its threads could not be started";
		err = go(exercise, status);
	}
	kfree(status);
	return err;
}

static int start_locked(const struct yt_config *config,
			const struct yt_driver *const *drivers,
			unsigned int count, const char **why)
{
	struct yt_exercise *exercise;
	int err;

	*why = "the module is being unloaded";
	if (closed)
		return -ESHUTDOWN;
	*why = "a run is active already: 'cryptorture stop' ends it";
	if (last.state == CRYPTORTURE_RUN_STATE_RUNNING)
		return -EBUSY;
	*why = yt_config_check(config, NULL);
	if (*why)
		return -EINVAL;
	*why = "there is not enough memory";
	exercise = make_run(config);
	if (!exercise)
		return -ENOMEM;
	err = make_and_go(exercise, drivers, count, why);
	if (!err)
		return 0;
	free_cpus(exercise);
	free_run(exercise);
	if (err == -ENOMEM)
		*why = "there is not enough memory";
	return err;
}

int yt_run_start(const struct yt_config *config,
		 const struct yt_driver *const *drivers, unsigned int count,
		 const char **why)
{
	int err;

	mutex_lock(&control);
	err = start_locked(config, drivers, count, why);
	mutex_unlock(&control);
	if (!err)
		tell(true);
	return err;
}

void yt_run_close(void)
{
	mutex_lock(&control);
	closed = true;
	mutex_unlock(&control);
	yt_run_stop(CRYPTORTURE_END_UNLOAD);
}

int yt_run_init(void)
{
	int err;

	err = yt_syscall_init();
	if (err)
		return err;
	err = -ENOMEM;
	workqueue = alloc_workqueue("cryptorture", WQ_UNBOUND, 0);
	if (!workqueue)
		goto exit_syscall;
	INIT_DELAYED_WORK(&end_work, end_run);
	err = yt_workers_init();
	if (err)
		goto destroy_workqueue;
	return 0;

destroy_workqueue:
	destroy_workqueue(workqueue);
exit_syscall:
	yt_syscall_exit();
	return err;
}

void yt_run_exit(void)
{
	yt_run_close();
	cancel_delayed_work_sync(&end_work);
	yt_workers_exit();
	destroy_workqueue(workqueue);
	yt_hotplug_restore();
	yt_syscall_exit();
	free_run(the_run);
	the_run = NULL;
}

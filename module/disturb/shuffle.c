// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "disturb/disturber.h"
#include "disturb/shuffle.h"
#include "disturb/thread.h"

/* On average, at full load; longer at less. */
#define GAP_US		2000
#define STREAM_SHUFFLE	0x5bff

static struct task_struct *thread;
static atomic64_t moved;

void yt_shuffle_add(u64 moves)
{
	atomic64_add(moves, &moved);
}

static u64 count(void)
{
	return atomic64_read(&moved);
}

/*
 * Workers are started and stopped only while this thread does not run, or in a
 * hotplug callback: under the hotplug lock they stay. A worker returns to its CPU by
 * itself, before its next batch.
 */
static void move_one(const struct yt_exercise *exercise, struct yt_random *random)
{
	unsigned int home = yt_thread_cpu(exercise, random, nr_cpu_ids);
	unsigned int target = yt_thread_cpu(exercise, random, home);
	struct task_struct *worker;

	if (home >= nr_cpu_ids || target >= nr_cpu_ids)
		return;
	worker = exercise->cpus[home]->worker;
	if (worker && !set_cpus_allowed_ptr(worker, cpumask_of(target)))
		yt_shuffle_add(1);
}

static int shuffle(void *data)
{
	const struct yt_exercise *exercise = data;
	struct yt_random random;

	yt_random_init(&random, exercise->config.seed, STREAM_SHUFFLE, 0);
	while (!kthread_should_stop()) {
		yt_thread_pause(exercise, &random, GAP_US);
		/* A worker must not be moved to a CPU that is going offline. */
		if (!cpus_read_trylock())
			continue;
		move_one(exercise, &random);
		cpus_read_unlock();
	}
	return 0;
}

static const char *impossible(const struct yt_exercise *exercise)
{
	if (cpumask_weight(&exercise->config.cpus) < 2)
		return "the run has one CPU, so there is no other to move to";
	if (!(exercise->config.contexts & BIT(CRYPTORTURE_CONTEXT_TASK)) &&
	    !exercise->config.exercisers)
		return "there is nothing to move: the run has neither task context nor exercisers";
	return NULL;
}

static int start(struct yt_exercise *exercise)
{
	atomic64_set(&moved, 0);
	if (!(exercise->config.contexts & BIT(CRYPTORTURE_CONTEXT_TASK)))
		return 0;
	return yt_thread_start(&thread, shuffle, exercise, 0, NULL, "shuffle");
}

static void stop(void)
{
	yt_thread_stop(&thread);
}

const struct yt_disturber_ops yt_shuffle_disturber = {
	.name		= "shuffle",
	.unit		= "moves of workers and callers",
	.impossible	= impossible,
	.start		= start,
	.stop		= stop,
	.count		= count,
};

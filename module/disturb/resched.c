// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "disturb/disturber.h"
#include "disturb/thread.h"

/*
 * The resched disturber: yield storms. A thread on each CPU, of the workers' own
 * niceness, yields again and again, so that the scheduler switches
 * between the two for as long as a burst lasts. It does nothing in between but
 * sleep: a burst costs two context switches for each yield.
 */

/* On average, at full load; longer at less. */
#define GAP_US		5000
/* Yields of a burst. */
#define BURST		8
#define STREAM_RESCHED	0x4e5c

/**
 * struct yielder - the thread of one CPU
 * @task: the thread, or NULL
 * @yields: times that it yielded
 */
struct yielder {
	struct task_struct *task;
	u64 yields;
};

static DEFINE_PER_CPU(struct yielder, yielders);

static u64 count(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(yielders, cpu).yields);
	return sum;
}

static int storm(void *data)
{
	struct yt_cpu *cpu = data;
	struct yielder *yielder = per_cpu_ptr(&yielders, cpu->cpu);
	struct yt_random random;
	unsigned int i;

	yt_random_init(&random, cpu->exercise->config.seed, STREAM_RESCHED,
		       cpu->cpu);
	while (!kthread_should_stop()) {
		yt_thread_await(cpu, &random, GAP_US);
		for (i = 0; i < BURST && !kthread_should_stop() &&
		     !yt_cpu_rests(cpu); i++) {
			yield();
			WRITE_ONCE(yielder->yields, yielder->yields + 1);
		}
	}
	return 0;
}

static int start(struct yt_exercise *exercise)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(yielders, cpu).yields = 0;
	return 0;
}

static int start_cpu(struct yt_cpu *cpu)
{
	return yt_thread_start(&per_cpu(yielders, cpu->cpu).task, storm, cpu,
			       MAX_NICE, cpu, "yield");
}

static void stop_cpu(unsigned int cpu)
{
	yt_thread_stop(&per_cpu(yielders, cpu).task);
}

const struct yt_disturber_ops yt_resched_disturber = {
	.name		= "resched",
	.unit		= "yields",
	.start		= start,
	.start_cpu	= start_cpu,
	.stop_cpu	= stop_cpu,
	.count		= count,
};

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <asm/fpu/api.h>

#include "disturb/disturber.h"
#include "disturb/thread.h"

/*
 * The preempt disturber: real-time threads that take the CPU from a worker and
 * use the FPU, so that the worker's registers are overwritten.
 */

/* 0.5 to 1.5 times this at full load; longer at less. */
#define GAP_US		1000
#define STREAM_PREEMPT	0x93ee

/**
 * struct preempter - the real-time thread of one CPU
 * @task: the thread, or NULL
 * @woken: times that it took the CPU
 */
struct preempter {
	struct task_struct *task;
	u64 woken;
};

static DEFINE_PER_CPU(struct preempter, preempters);

static u64 count(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(preempters, cpu).woken);
	return sum;
}

static int preempt(void *data)
{
	struct yt_cpu *cpu = data;
	struct preempter *preempter = per_cpu_ptr(&preempters, cpu->cpu);
	struct yt_random random;

	yt_random_init(&random, cpu->exercise->config.seed, STREAM_PREEMPT,
		       cpu->cpu);
	while (!kthread_should_stop()) {
		yt_thread_await(cpu, &random, GAP_US);
		/* Saves and overwrites the worker's registers. */
		kernel_fpu_begin();
		kernel_fpu_end();
		WRITE_ONCE(preempter->woken, preempter->woken + 1);
	}
	return 0;
}

static int start(struct yt_exercise *exercise)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(preempters, cpu).woken = 0;
	return 0;
}

static int start_cpu(struct yt_cpu *cpu)
{
	return yt_thread_start(&per_cpu(preempters, cpu->cpu).task, preempt,
			       cpu, YT_THREAD_FIFO, cpu, "rt");
}

static void stop_cpu(unsigned int cpu)
{
	yt_thread_stop(&per_cpu(preempters, cpu).task);
}

const struct yt_disturber_ops yt_preempt_disturber = {
	.name		= "preempt",
	.unit		= "times that a real-time thread took a CPU",
	.start		= start,
	.start_cpu	= start_cpu,
	.stop_cpu	= stop_cpu,
	.count		= count,
};

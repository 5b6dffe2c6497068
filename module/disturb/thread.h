/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel threads of disturbers. */
#ifndef CRYPTORTURE_DISTURB_THREAD_H
#define CRYPTORTURE_DISTURB_THREAD_H

#include <linux/sched.h>

#include "cpu/cpu.h"

/**
 * yt_thread_start() - a kernel thread of a disturber
 * @task: is set to the thread; NULL until it is up
 * @function: as for kthread_create(); ends when kthread_should_stop()
 * @data: its argument
 * @nice: its niceness; YT_THREAD_FIFO for the lowest real-time priority
 * @cpu: what it is bound to, or NULL
 * @name: "cryptorture/" and this, and the CPU's number if it has one
 *
 * Process context. Return: 0 or a negative errno.
 */
int yt_thread_start(struct task_struct **task, int (*function)(void *data),
		    void *data, int nice, const struct yt_cpu *cpu,
		    const char *name);
#define YT_THREAD_FIFO	(-100)

/* Idempotent; process context. The thread has ended when it returns. */
void yt_thread_stop(struct task_struct **task);

/* Sleep, at most until this thread is stopped. */
void yt_thread_sleep(u64 ns);

/*
 * The same for a half to one and a half of @us at full load, and for
 * proportionally longer at less.
 */
void yt_thread_pause(const struct yt_exercise *exercise, struct yt_random *random,
		     u32 us);

/**
 * yt_thread_await() - yt_thread_pause() for a disturber of one CPU
 * @cpu: the CPU
 * @random: the thread's numbers
 * @us: as for yt_thread_pause()
 *
 * Where disturbers follow the worker the pause is as at full load, and then until
 * the worker works. Process context.
 */
void yt_thread_await(struct yt_cpu *cpu, struct yt_random *random, u32 us);

/* Wait until the worker of the CPU works, for about two seconds at most. */
void yt_thread_await_worker(struct yt_cpu *cpu);

/*
 * A random online CPU of the run, not @other, under the CPU hotplug lock;
 * nr_cpu_ids when there is none.
 */
unsigned int yt_thread_cpu(const struct yt_exercise *exercise,
			   struct yt_random *random, unsigned int other);

#endif /* CRYPTORTURE_DISTURB_THREAD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* What the disturbers that are threads have in common. */
#ifndef CRYPTORTURE_DISTURB_THREAD_H
#define CRYPTORTURE_DISTURB_THREAD_H

#include <linux/sched.h>

#include "cpu/cpu.h"

/**
 * yt_thread_start() - a kernel thread of a disturber
 * @task: where it is kept; NULL there until it is up
 * @function: as for kthread_create(); ends when kthread_should_stop()
 * @data: for it
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

/* Sleep, but not longer than until somebody stops this thread. */
void yt_thread_sleep(u64 ns);

/*
 * The same for a half to one and a half of @us at full load, and for
 * proportionally longer at less.
 */
void yt_thread_pause(const struct yt_exercise *exercise, struct yt_random *random,
		     u32 us);

/**
 * yt_thread_await() - yt_thread_pause(), for what disturbs one CPU only
 * @cpu: the CPU
 * @random: the thread's numbers
 * @us: as there
 *
 * Where disturbers follow the worker the pause is as at full load, and then until
 * the worker works. Process context.
 */
void yt_thread_await(struct yt_cpu *cpu, struct yt_random *random, u32 us);

/* Until the worker of the CPU works, but not much longer than two seconds. */
void yt_thread_await_worker(struct yt_cpu *cpu);

/*
 * An online CPU of the run by chance, not @other, under the CPU hotplug lock;
 * nr_cpu_ids when there is none.
 */
unsigned int yt_thread_cpu(const struct yt_exercise *exercise,
			   struct yt_random *random, unsigned int other);

#endif /* CRYPTORTURE_DISTURB_THREAD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Disturbers: what interrupts, preempts or moves operations. One run at a time, so each
 * keeps its state in its own file, static; a run allocates nothing for them but
 * threads, and what a disturber's own comment names.
 */
#ifndef CRYPTORTURE_DISTURB_DISTURBER_H
#define CRYPTORTURE_DISTURB_DISTURBER_H

#include "cpu/cpu.h"

/**
 * struct yt_disturber_ops - one way to disturb an operation
 * @name: as in the control program
 * @unit: what @count counts, in the plural
 * @impossible: why it cannot work for this run on this machine, as a constant
 *	sentence; NULL when it can. Before anything of it is started. May be NULL
 * @start: once for each run, when the workers are up. Sets the count to 0. May
 *	be NULL. Return: 0, or a negative errno with nothing left behind
 * @stop: once for each @start that succeeded, with the workers still up; when it
 *	returns, nothing of the disturber runs, is queued or is armed anywhere.
 *	May be NULL
 * @start_cpu: for each CPU of the run, after @start; and for one that comes
 *	online. From any CPU. May be NULL. Return: 0, or a negative errno with
 *	nothing left behind on that CPU
 * @stop_cpu: for each CPU of the run, before @stop; and for one that goes
 *	offline. From any CPU. Idempotent, and allowed without @start_cpu.
 *	May be NULL
 * @count: times that it disturbed, since @start; stays after @stop. From
 *	any context
 *
 * All but @count are called in process context, one at a time. @start_cpu and
 * @stop_cpu have the CPU hotplug lock held, for reading or in a hotplug
 * callback: they must not take it, nor wait for a holder of it. @start and @stop are
 * called without it, so that their threads may take it.
 */
struct yt_disturber_ops {
	const char *name;
	const char *unit;
	const char *(*impossible)(const struct yt_exercise *exercise);
	int (*start)(struct yt_exercise *exercise);
	void (*stop)(void);
	int (*start_cpu)(struct yt_cpu *cpu);
	void (*stop_cpu)(unsigned int cpu);
	u64 (*count)(void);
};

extern const struct yt_disturber_ops yt_timer_disturber;
extern const struct yt_disturber_ops yt_preempt_disturber;
extern const struct yt_disturber_ops yt_shuffle_disturber;
extern const struct yt_disturber_ops yt_ipi_disturber;
extern const struct yt_disturber_ops yt_resched_disturber;
extern const struct yt_disturber_ops yt_membarrier_disturber;
extern const struct yt_disturber_ops yt_hotplug_disturber;
extern const struct yt_disturber_ops yt_memory_disturber;

/* By enum cryptorture_disturber. */
extern const struct yt_disturber_ops *const yt_disturbers[__CRYPTORTURE_DISTURBER_MAX];

/**
 * yt_disturbers_start() - start those that the run asks for and that can work
 * @exercise: the run, with its workers up
 *
 * In the order of enum cryptorture_disturber. Process context, the CPU hotplug lock not
 * held.
 *
 * Return: 0, or a negative errno with none of them started.
 */
int yt_disturbers_start(struct yt_exercise *exercise);

/*
 * In reverse order. Idempotent. Process context, the CPU hotplug lock not held,
 * workers still up.
 */
void yt_disturbers_stop(const struct yt_exercise *exercise);

/*
 * In the CPU hotplug callbacks: active disturbers start on a CPU, its workers up; or
 * stop on it, its workers still up.
 */
int yt_disturbers_start_cpu(struct yt_cpu *cpu);
void yt_disturbers_stop_cpu(unsigned int cpu);

/*
 * Of the current run or the last one: why this disturber, which it asked for,
 * cannot work here; NULL when it can. Not during yt_disturbers_start().
 */
const char *yt_disturber_impossible(unsigned int which);

#endif /* CRYPTORTURE_DISTURB_DISTURBER_H */

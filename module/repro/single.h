/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One packet run by itself: its result is checked, but not counted.
 * Used by one thread, which moves between CPUs.
 */
#ifndef CRYPTORTURE_REPRO_SINGLE_H
#define CRYPTORTURE_REPRO_SINGLE_H

#include <linux/completion.h>
#include <linux/hrtimer.h>

#include "cpu/cpu.h"
#include "op/operation.h"

/* Circumstances in which it is run. */
enum yt_replay_quiet {
	YT_REPLAY_NOT,		/* in the thread, with all disturbances */
	YT_REPLAY_SOFTIRQ,	/* in a softirq over the thread, or over another */
	YT_REPLAY_IRQS_OFF,	/* in the thread, with interrupts off */
	YT_REPLAY_SOFTIRQS_OFF,	/* in the thread, with softirqs off and interrupts on */
};

/**
 * struct yt_replay_single - memory for running one packet
 * @cpu: for the counts of @op, which are not used
 * @op: the operation; the caller sets test SA, transform, vector, driver,
 *	direction and layout
 * @timer: whose softirq is used
 * @ran: its softirq has ended
 * @done: the operation was completed in the softirq
 */
struct yt_replay_single {
	struct yt_cpu *cpu;
	struct yt_operation op;
	struct hrtimer timer;
	struct completion ran;
	bool done;
};

/**
 * yt_replay_single_init() - allocate
 * @single: zeroed
 * @exercise: the run, with its pool
 *
 * Process context. Return: 0, or -ENOMEM; yt_replay_single_free() is right after
 * either.
 */
int yt_replay_single_init(struct yt_replay_single *single, struct yt_exercise *exercise);
/* Waits for a request that is not completed. Process context. */
void yt_replay_single_free(struct yt_replay_single *single);
/* Bytes that it holds. */
size_t yt_replay_single_memory(unsigned int request_size);

/* Move to this CPU. Return: 0; -ENODEV when it is offline. */
int yt_replay_single_move(unsigned int cpu);

/**
 * yt_replay_single_run() - run the operation once, on this CPU
 * @single: its operation aimed, and not in flight
 * @quiet: in which circumstances
 *
 * Process context.
 *
 * Return: 0 when the result is right, 1 when not; -ENODEV when the thread was moved
 * from its CPU; -EOPNOTSUPP when a driver cannot do it in these circumstances;
 * -EINPROGRESS when it deferred the work; -ENOMEM or -ENOSPC from the driver;
 * -ETIMEDOUT when the request was not completed: then it is in flight.
 */
int yt_replay_single_run(struct yt_replay_single *single, enum yt_replay_quiet quiet);

#endif /* CRYPTORTURE_REPRO_SINGLE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One packet run by itself: its result is checked, but not counted.
 * Used by one thread, which moves between CPUs.
 */
#ifndef CRYPTORTURE_EXERCISE_ATTEMPT_H
#define CRYPTORTURE_EXERCISE_ATTEMPT_H

#include <linux/completion.h>
#include <linux/hrtimer.h>

#include "exercise/cpu.h"

/* Circumstances of an attempt. */
enum yt_quiet {
	YT_QUIET_NOT,		/* in the thread, with all disturbances */
	YT_QUIET_SOFTIRQ,	/* in a softirq over the thread, or over another */
	YT_QUIET_IRQS_OFF,	/* in the thread, with interrupts off */
};

/**
 * struct yt_attempt - memory of attempts
 * @cpu: for the counts of @op, which are not used
 * @op: the operation; the caller sets bundle, transform, vector, driver,
 *	direction and layout
 * @timer: whose softirq is used
 * @ran: its softirq has ended
 * @done: the operation was completed in the softirq
 */
struct yt_attempt {
	struct yt_cpu *cpu;
	struct yt_operation op;
	struct hrtimer timer;
	struct completion ran;
	bool done;
};

/**
 * yt_attempt_init() - allocate
 * @attempt: zeroed
 * @exercise: the run, with its pool
 *
 * Process context. Return: 0, or -ENOMEM; yt_attempt_free() is right after
 * either.
 */
int yt_attempt_init(struct yt_attempt *attempt, struct yt_exercise *exercise);
/* Waits for a request that is not completed. Process context. */
void yt_attempt_free(struct yt_attempt *attempt);
/* Bytes that it holds. */
size_t yt_attempt_memory(unsigned int request_size);

/* Move to this CPU. Return: 0; -ENODEV when it is offline. */
int yt_attempt_move(unsigned int cpu);

/**
 * yt_attempt_run() - run the operation once, on this CPU
 * @attempt: its operation aimed, and not in flight
 * @quiet: in which circumstances
 *
 * Process context.
 *
 * Return: 0 when the result is right, 1 when not; -ENODEV when the thread was moved
 * from its CPU; -EOPNOTSUPP when a driver cannot do it in these circumstances;
 * -EINPROGRESS when it deferred the work; -ENOMEM or -ENOSPC from the driver;
 * -ETIMEDOUT when the request was not completed: then it is in flight.
 */
int yt_attempt_run(struct yt_attempt *attempt, enum yt_quiet quiet);

#endif /* CRYPTORTURE_EXERCISE_ATTEMPT_H */

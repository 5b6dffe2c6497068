/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One packet run by itself: its result is checked, and counts for nothing.
 * For one thread of its own, which goes from CPU to CPU.
 */
#ifndef CRYPTORTURE_EXERCISE_ATTEMPT_H
#define CRYPTORTURE_EXERCISE_ATTEMPT_H

#include <linux/completion.h>
#include <linux/hrtimer.h>

#include "exercise/cpu.h"

/* Circumstances of an attempt. */
enum ct_quiet {
	CT_QUIET_NOT,		/* in the thread, disturbed as everything is */
	CT_QUIET_SOFTIRQ,	/* in a softirq over the thread, or over another */
	CT_QUIET_IRQS_OFF,	/* in the thread, with interrupts off */
};

/**
 * struct ct_attempt - what attempts need
 * @cpu: for the counts of @op, which nobody reads
 * @op: the operation; the caller sets bundle, transform, vector, driver,
 *	direction and layout
 * @timer: whose softirq is used
 * @ran: its softirq is over
 * @done: it was all done there
 */
struct ct_attempt {
	struct ct_cpu *cpu;
	struct ct_operation op;
	struct hrtimer timer;
	struct completion ran;
	bool done;
};

/**
 * ct_attempt_init() - allocate
 * @attempt: zeroed
 * @exercise: the run, with its pool
 *
 * Process context. Return: 0, or -ENOMEM; ct_attempt_free() is right after
 * either.
 */
int ct_attempt_init(struct ct_attempt *attempt, struct ct_exercise *exercise);
/* Waits for a request that a driver has kept. Process context. */
void ct_attempt_free(struct ct_attempt *attempt);
/* Bytes that it holds. */
size_t ct_attempt_memory(unsigned int request_size);

/* Go to this CPU. Return: 0; -ENODEV when it is not there. */
int ct_attempt_move(unsigned int cpu);

/**
 * ct_attempt_run() - run the operation once, on this CPU
 * @attempt: its operation aimed, and not in flight
 * @quiet: in which circumstances
 *
 * Process context.
 *
 * Return: 0 when all is right, 1 when not; -ENODEV when the thread was driven
 * from its CPU; -EOPNOTSUPP when a driver cannot do it in these circumstances;
 * -EINPROGRESS when it left them; -ENOMEM or -ENOSPC when it says so;
 * -ETIMEDOUT when the request did not come back: then it is in flight.
 */
int ct_attempt_run(struct ct_attempt *attempt, enum ct_quiet quiet);

#endif /* CRYPTORTURE_EXERCISE_ATTEMPT_H */

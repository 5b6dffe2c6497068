/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Caller context: operations in user threads that have entered the kernel with
 * live vector registers, and what those threads report of their registers.
 */
#ifndef CRYPTORTURE_EXERCISE_CALLER_H
#define CRYPTORTURE_EXERCISE_CALLER_H

#include "exercise/finding.h"

/**
 * struct ct_call - one call: struct ct_call_args says what each is
 */
struct ct_call {
	u32 operations;
	u64 checks;
	u64 run;
	u32 done;
	u32 mismatches;
};

/* Process context, once. Return: 0 or a negative errno. */
int ct_callers_init(void);
void ct_callers_exit(void);

/* Let callers into a run, which is on. Process context. */
void ct_callers_open(struct ct_exercise *exercise);
/*
 * Let nobody in any more, and wait for those who are. Idempotent; process
 * context; takes at most the 10 s after which a request counts as stuck.
 */
void ct_callers_close(void);

/* Good register checks that callers have told of in the last run opened. Any context. */
u64 ct_callers_checks(void);

/**
 * ct_call() - make operations here and now
 * @call: how many, and how many were made
 *
 * In the context of a user thread, which may be preempted and moved: then it
 * makes fewer. Waits for another caller on the same CPU.
 *
 * Return: 0; -ESRCH when no run is on, or none in caller context; -ENODEV when
 * the run is not on this CPU; -EBUSY when a driver keeps the CPU's request;
 * -EINTR.
 */
int ct_call(struct ct_call *call);

/**
 * ct_report_register() - record a changed register as a mismatch
 * @found: what an exerciser saw
 *
 * Process context. Return: 0, or -ESRCH when no run is on.
 */
int ct_report_register(const struct ct_register *found);

#endif /* CRYPTORTURE_EXERCISE_CALLER_H */

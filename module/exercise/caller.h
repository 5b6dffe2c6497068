/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Caller context: operations in user threads that have entered the kernel with
 * live vector registers, and what those threads report of their registers.
 */
#ifndef CRYPTORTURE_EXERCISE_CALLER_H
#define CRYPTORTURE_EXERCISE_CALLER_H

#include "exercise/finding.h"

/**
 * struct yt_call - one call: see struct cryptorture_call_args for each field
 */
struct yt_call {
	u32 operations;
	u64 checks;
	u64 run;
	u32 done;
	u32 mismatches;
};

/* Process context, once. Return: 0 or a negative errno. */
int yt_callers_init(void);
void yt_callers_exit(void);

/* Admit callers to the active run. Process context. */
void yt_callers_open(struct yt_exercise *exercise);
/*
 * Admit no more callers, and wait for those inside. Idempotent; process
 * context; takes at most the 10 s after which a request counts as stuck.
 */
void yt_callers_close(void);

/* Passed register checks that callers reported in the last run opened. Any context. */
u64 yt_callers_checks(void);

/**
 * yt_call() - make operations in the calling thread
 * @call: how many, and how many were made
 *
 * In the context of a user thread, which may be preempted and moved: then it
 * makes fewer. Waits for another caller on the same CPU.
 *
 * Return: 0; -ESRCH when no run is active, or none in caller context; -ENODEV when
 * the run is not on this CPU; -EBUSY when the CPU's request is not completed;
 * -EINTR.
 */
int yt_call(struct yt_call *call);

/**
 * yt_report_register() - record a changed register as a mismatch
 * @found: what an exerciser saw
 *
 * Process context. Return: 0, or -ESRCH when no run is active.
 */
int yt_report_register(const struct yt_register *found);

#endif /* CRYPTORTURE_EXERCISE_CALLER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Syscall context: operations in user threads that have entered the kernel with
 * live vector registers, and what those threads report of their registers.
 */
#ifndef CRYPTORTURE_CONTEXT_SYSCALL_H
#define CRYPTORTURE_CONTEXT_SYSCALL_H

#include "verify/finding.h"

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
int yt_syscall_init(void);
void yt_syscall_exit(void);

/* Admit user threads to the active run. Process context. */
void yt_syscall_open(struct yt_exercise *exercise);
/*
 * Admit no more callers, and wait for those inside. Idempotent; process
 * context; takes at most the 10 s after which a request counts as stuck.
 */
void yt_syscall_close(void);

/* Passed register checks that user threads reported in the last run opened. Any context. */
u64 yt_syscall_checks(void);

/**
 * yt_call() - make operations in the calling thread
 * @call: how many, and how many were made
 *
 * In the context of a user thread, which may be preempted and moved: then it
 * makes fewer. Waits for another thread on the same CPU.
 *
 * Return: 0; -ESRCH when no run is active, or none in syscall context; -ENODEV when
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

#endif /* CRYPTORTURE_CONTEXT_SYSCALL_H */

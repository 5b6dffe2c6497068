/* SPDX-License-Identifier: GPL-2.0-only */
/* Softirq context: operations that interrupt the current task of a CPU. */
#ifndef CRYPTORTURE_CONTEXT_SOFTIRQ_H
#define CRYPTORTURE_CONTEXT_SOFTIRQ_H

#include "cpu/cpu.h"

/* Softirq operations come at most this often. */
#define YT_SOFTIRQ_GAP_NS	(250 * NSEC_PER_USEC)

/* On the CPU itself, or pinned to it by the caller. */
void yt_softirq_start(struct yt_cpu *cpu);

/*
 * Where softirqs follow the worker, they rest while it sleeps; it calls this when it
 * goes on. Process context. Does nothing on another CPU than @cpu: the worker may have
 * been moved, and calls again before its next batch.
 */
void yt_softirq_resume(struct yt_cpu *cpu);

/*
 * Idempotent. Process context, on any CPU. Waits for operations in flight and
 * checks them.
 */
void yt_softirq_stop(struct yt_cpu *cpu);

#endif /* CRYPTORTURE_CONTEXT_SOFTIRQ_H */

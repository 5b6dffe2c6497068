/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The preempt disturber: real-time threads that take the CPU from a worker
 * and use the FPU, so that what the worker had in its registers is gone.
 */
#ifndef CRYPTORTURE_DISTURB_PREEMPT_H
#define CRYPTORTURE_DISTURB_PREEMPT_H

#include "exercise/cpu.h"

struct ct_preempter;

/* Return: an array by CPU number, or NULL for want of memory. */
struct ct_preempter *ct_preempters_alloc(void);
void ct_preempters_free(struct ct_preempter *preempters);

/* Process context. Return: 0 or a negative errno. */
int ct_preempter_start(struct ct_preempter *preempters, struct ct_cpu *cpu);
/* Idempotent; process context. */
void ct_preempter_stop(struct ct_preempter *preempters, unsigned int cpu);

/* Times that a CPU was taken, on all CPUs. */
u64 ct_preempters_woken(const struct ct_preempter *preempters);

#endif /* CRYPTORTURE_DISTURB_PREEMPT_H */

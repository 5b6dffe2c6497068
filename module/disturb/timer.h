/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timer disturber: a hardware interrupt in mid-operation. Its moment is
 * swept, and irq_fpu_usable() tells which interrupts landed inside a kernel
 * FPU section.
 */
#ifndef CRYPTORTURE_DISTURB_TIMER_H
#define CRYPTORTURE_DISTURB_TIMER_H

#include "exercise/cpu.h"

struct ct_timer;

/**
 * ct_timers_alloc() - make room for one timer on each CPU
 *
 * Process context.
 *
 * Return: an array by CPU number, or NULL for want of memory.
 */
struct ct_timer *ct_timers_alloc(void);
void ct_timers_free(struct ct_timer *timers);

/* On the CPU itself, or pinned to it by the caller. */
void ct_timer_start(struct ct_timer *timers, struct ct_cpu *cpu);
/* Idempotent; process context, on any CPU. */
void ct_timer_stop(struct ct_timer *timers, unsigned int cpu);

/*
 * At less than full load a timer rests while its worker sleeps; the worker
 * calls this when it goes on. On the worker's CPU.
 */
void ct_timer_resume(struct ct_timer *timers, struct ct_cpu *cpu);

/* Interrupts so far, on all CPUs. */
u64 ct_timers_fired(const struct ct_timer *timers);

#endif /* CRYPTORTURE_DISTURB_TIMER_H */

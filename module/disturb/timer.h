/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timer disturber: a hardware interrupt in mid-operation. Its moment is
 * swept, and irq_fpu_usable() shows which interrupts landed inside a kernel
 * FPU section.
 */
#ifndef CRYPTORTURE_DISTURB_TIMER_H
#define CRYPTORTURE_DISTURB_TIMER_H

#include "cpu/cpu.h"

/*
 * At less than full load a timer rests while its worker sleeps; the worker
 * calls this when it continues. Does nothing on another CPU than @cpu: the worker
 * may have been moved, and calls again before its next batch.
 */
void yt_timer_resume(struct yt_cpu *cpu);

#endif /* CRYPTORTURE_DISTURB_TIMER_H */

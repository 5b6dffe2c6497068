/* SPDX-License-Identifier: GPL-2.0-only */
/* Attribution of interrupts to operations. */
#ifndef CRYPTORTURE_OP_INTERRUPT_H
#define CRYPTORTURE_OP_INTERRUPT_H

#include "cpu/cpu.h"

/**
 * yt_interrupt_note() - count an interrupt for the operation that it hit
 * @cpu: the CPU of the interrupt, of an active run
 *
 * In hardirq, from a disturber.
 *
 * Return: whether it interrupted a task or softirq that makes operations of the run.
 */
bool yt_interrupt_note(struct yt_cpu *cpu);

/*
 * Do softirqs run inside FPU sections of this kernel's tasks? Found out at the
 * first call, which must be in process context; later ones may be anywhere.
 */
bool yt_interrupt_fpu_nests(void);

#endif /* CRYPTORTURE_OP_INTERRUPT_H */

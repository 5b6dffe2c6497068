/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vector registers of user threads, changed from an interrupt without asking
 * for the FPU: the shape of BUG-CLASSES' fpu-user-clobber and fpu-irq-window.
 */
#ifndef CRYPTORTURE_BUSTED_REGISTERS_H
#define CRYPTORTURE_BUSTED_REGISTERS_H

#include <linux/types.h>

/* What is put into xmm3 of the thread that is hit. */
enum ct_busted_value {
	CT_BUSTED_OWN,		/* its own xmm7 */
	CT_BUSTED_FOREIGN,	/* xmm5 of the thread that was hit before it */
	CT_BUSTED_ZERO,
	CT_BUSTED_VALUES,
};

/**
 * ct_busted_registers_start() - begin to change registers
 * @value: to what
 * @hz: attempts a second on each CPU, 1 to 1000
 * @program: only threads of processes of this name
 *
 * Process context. Return: 0, or -ENOMEM.
 */
int ct_busted_registers_start(enum ct_busted_value value, unsigned int hz,
			      const char *program);
/* Idempotent; process context. Return: how many registers were changed. */
u64 ct_busted_registers_stop(void);

#endif /* CRYPTORTURE_BUSTED_REGISTERS_H */

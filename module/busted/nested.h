/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BUG-CLASSES' fpu-nested: a hard interrupt that lands in a task's FPU section
 * and uses the FPU, for it believes that it is free.
 */
#ifndef CRYPTORTURE_BUSTED_NESTED_H
#define CRYPTORTURE_BUSTED_NESTED_H

/* What the interrupt does there. */
enum ct_busted_nested {
	CT_BUSTED_NESTED_AES,		/* AES-NI work, in xmm0 and xmm2 */
	CT_BUSTED_NESTED_TAGGED,	/* its name into xmm0 */
	CT_BUSTED_NESTED_RELOAD,	/* the task's saved image into all of xmm */
};

/* The rate is in Hz. Process context; may sleep. Return: 0, or -ENOMEM. */
int ct_busted_nested_start(enum ct_busted_nested what);
/* Idempotent; process context; may sleep. */
void ct_busted_nested_stop(void);

#endif /* CRYPTORTURE_BUSTED_NESTED_H */

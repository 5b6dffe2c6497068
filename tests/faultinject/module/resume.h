/* SPDX-License-Identifier: GPL-2.0-only */
/* The moment at which a user task's vector registers are back in the CPU. */
#ifndef CRYPTORTURE_BUSTED_RESUME_H
#define CRYPTORTURE_BUSTED_RESUME_H

/**
 * yt_busted_resume_start() - begin
 * @resumed: called on the way to user space, after a switch or signal, with the
 *	     registers of the current task just loaded and interrupts off
 *
 * Process context; may sleep. One at a time.
 *
 * Return: 0; -EOPNOTSUPP where the kernel has no kretprobes; what
 * register_kretprobe() says.
 */
int yt_busted_resume_start(void (*resumed)(void));
/* Idempotent; process context; may sleep. */
void yt_busted_resume_stop(void);

#endif /* CRYPTORTURE_BUSTED_RESUME_H */

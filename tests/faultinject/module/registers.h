/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Damage to vector registers of user threads: BUG-CLASSES'
 * fpu-user-clobber, fpu-irq-window, fpu-stale-owner, xstate-format and
 * regfile-leak. Only those of one program, and only while they hold the pattern of
 * an exerciser, or machine and program would crash soon.
 */
#ifndef CRYPTORTURE_BUSTED_REGISTERS_H
#define CRYPTORTURE_BUSTED_REGISTERS_H

/* What is done to them. */
enum yt_busted_change {
	YT_BUSTED_WORK,		/* AES-NI work in xmm0 and xmm2 */
	YT_BUSTED_OWN,		/* xmm3 gets the thread's own xmm7 */
	YT_BUSTED_FOREIGN,	/* xmm3 gets xmm5 of another thread */
	YT_BUSTED_ZERO,		/* xmm3 gets 0 */
	YT_BUSTED_STALE,	/* all xmm and ymm get older values of the thread */
	YT_BUSTED_INITIAL_SSE,	/* all xmm get 0, as in their initial state */
	YT_BUSTED_INITIAL_AVX,	/* likewise the upper halves of all ymm */
	YT_BUSTED_LEAK,		/* ymm3's upper half gets another thread's ymm5's */
	/* What is no SSE or AVX register gets its initial value: */
	YT_BUSTED_INITIAL_MXCSR,
	YT_BUSTED_INITIAL_X87,	/* control, status and tag words */
	YT_BUSTED_INITIAL_K3,	/* a mask register */
	YT_BUSTED_INITIAL_ZMM3,	/* its upper half */
	YT_BUSTED_INITIAL_ZMM17,	/* a register that only EVEX reaches */
};

/*
 * In a hard interrupt over the thread, the rate in Hz. Process context. Return:
 * 0; -EOPNOTSUPP where the CPU or the kernel has not what it takes; -ENOMEM.
 */
int yt_busted_registers_tick_start(enum yt_busted_change change);
/* When its registers have been loaded after a switch; one time in so many. */
int yt_busted_registers_resume_start(enum yt_busted_change change);
/* Idempotent; process context; may sleep. */
void yt_busted_registers_stop(void);

#endif /* CRYPTORTURE_BUSTED_REGISTERS_H */

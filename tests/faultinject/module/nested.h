/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BUG-CLASSES' fpu-nested: the FPU is used over a task's FPU section by code that
 * considers it free.
 */
#ifndef CRYPTORTURE_BUSTED_NESTED_H
#define CRYPTORTURE_BUSTED_NESTED_H

#include "wrapper.h"

/*
 * As in 2014: a driver that does AES-NI work of its own in a softirq, even over an
 * FPU section. One in so many of its steps over an FPU section.
 */
extern const struct yt_busted_wrap yt_busted_nested_aes;
/* The softirq puts its name into xmm0, and works without the FPU. */
extern const struct yt_busted_wrap yt_busted_nested_tagged;
/* All xmm get the task's saved image, as by an empty FPU section of 2014. */
extern const struct yt_busted_wrap yt_busted_nested_reload;

/*
 * Return: 0; -EOPNOTSUPP where the kernel keeps softirqs out of FPU sections;
 * what yt_busted_wrapper_start() says. Process context; may sleep. It ends with
 * yt_busted_wrapper_stop().
 */
int yt_busted_nested_start(const struct yt_busted_wrap *wrap);

/*
 * AES-NI work in hard interrupts that land in FPU sections, on every kernel; the
 * rate is in Hz. Process context; may sleep. Return: 0, or -ENOMEM. It ends with
 * yt_busted_ticker_stop().
 */
int yt_busted_nested_irq_start(void);

#endif /* CRYPTORTURE_BUSTED_NESTED_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of faults, one of which can be on. */
#ifndef CRYPTORTURE_BUSTED_FAULT_H
#define CRYPTORTURE_BUSTED_FAULT_H

#include <linux/types.h>

/**
 * struct yt_busted_fault - a fault
 * @name: of its class in BUG-CLASSES, and of the mechanism where there are two
 * @does: description
 * @unit: of the rate: "Hz", or "one in N" of something
 * @rate: without rate=
 * @rate_max: the bound; the other one is 1
 * @start: activates it; process context, may sleep; nothing is left behind
 *	   when it fails
 * @stop: ends it; idempotent; process context, may sleep
 * @argument: for @start
 */
struct yt_busted_fault {
	const char *name;
	const char *does;
	const char *unit;
	unsigned int rate;
	unsigned int rate_max;
	int (*start)(const struct yt_busted_fault *fault);
	void (*stop)(void);
	union {
		const struct yt_busted_wrap *wrap;
		int value;
	} argument;
};

/* NULL when there is none of that name. */
const struct yt_busted_fault *yt_busted_fault_find(const char *name);

/* All of them into the kernel log. */
void yt_busted_fault_list(void);

/*
 * What fpu-user-clobber-irq puts into xmm3, "own", "foreign" or "zero", or what
 * it sets to its initial value: "mxcsr", "x87", "k3", "zmm3" or "zmm17". To be
 * called before it starts. Return: 0 or -EINVAL.
 */
int yt_busted_fault_set_registers(const char *value);

#endif /* CRYPTORTURE_BUSTED_FAULT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time within one CPU: the time stamp counter itself. local_clock() steps in
 * jiffies wherever the kernel has called the counter unstable, which is common
 * in virtual machines, and operations take microseconds.
 */
#ifndef CRYPTORTURE_CPU_CLOCK_H
#define CRYPTORTURE_CPU_CLOCK_H

#include <linux/math64.h>
#include <linux/time64.h>
#include <linux/types.h>
#include <asm/msr.h>
#include <asm/tsc.h>

/* Cycles; any context. Not to be compared between CPUs. */
static inline u64 yt_clock(void)
{
	return rdtsc();
}

/*
 * Nanoseconds from @start to @end, both of yt_clock(). 0 where they come from
 * CPUs whose counters differ so much that time would have gone backwards.
 */
static inline u64 yt_clock_ns(u64 start, u64 end)
{
	if (end < start)
		return 0;
	return mul_u64_u32_div(end - start, USEC_PER_SEC, tsc_khz ? tsc_khz : 1);
}

/* As many cycles as take @ns nanoseconds. */
static inline u64 yt_clock_cycles(u64 ns)
{
	return mul_u64_u32_div(ns, tsc_khz ? tsc_khz : 1, USEC_PER_SEC);
}

#endif /* CRYPTORTURE_CPU_CLOCK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a fault strikes, how often, and how often it has. */
#ifndef CRYPTORTURE_BUSTED_AIM_H
#define CRYPTORTURE_BUSTED_AIM_H

#include <linux/types.h>

struct cpumask;

/**
 * yt_busted_aim_set() - choose
 * @cpus: a list of CPUs such as "0,2-3", or NULL for all
 * @rate: one in so many opportunities on each CPU, for yt_busted_aim_due()
 * @program: the processes that faults in registers are held to, by name
 *
 * Process context, before a fault starts.
 *
 * Return: 0, or -EINVAL when the list is none or names no CPU that is online.
 */
int yt_busted_aim_set(const char *cpus, unsigned int rate, const char *program);

unsigned int yt_busted_aim_rate(void);
const struct cpumask *yt_busted_aim_cpus(void);

/* Is this one of the CPUs? The caller stays on it. Any context. */
bool yt_busted_aim_here(void);

/* Is this one of the CPUs, and the one in @rate opportunities? Any context. */
bool yt_busted_aim_due(void);

/* Is the current task of the program? Any context. */
bool yt_busted_aim_is_program(void);

/* Damage has been done. Any context. */
void yt_busted_aim_done(void);

/* Opportunities on the chosen CPUs, and how often damage was done, so far. */
u64 yt_busted_aim_count_seen(void);
u64 yt_busted_aim_count_done(void);

#endif /* CRYPTORTURE_BUSTED_AIM_H */

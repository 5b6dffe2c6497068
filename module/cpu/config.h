/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters of a run: enum cryptorture_config_attr, in force. */
#ifndef CRYPTORTURE_CPU_CONFIG_H
#define CRYPTORTURE_CPU_CONFIG_H

#include <linux/cpumask.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "packet/sizes.h"

/**
 * struct yt_config - parameters of a run; enum cryptorture_config_attr says what each is
 * @duration_ms: 0: until stopped
 * @seed: any
 * @contexts: bits of enum cryptorture_context, at least one
 * @disturb: bits of enum cryptorture_disturber
 * @cpus: CPUs, all online
 * @load: per mille
 * @timer_hz: of the timer disturber
 * @inject_every: 0: never
 * @until_mismatch: end at the first one
 * @sizes: of ESP payloads
 * @exercisers: threads on each CPU that the control program keeps
 */
struct yt_config {
	u64 duration_ms;
	u64 seed;
	u32 contexts;
	u32 disturb;
	struct cpumask cpus;
	u32 load;
	u32 timer_hz;
	u64 inject_every;
	bool until_mismatch;
	struct yt_sizes sizes;
	u32 exercisers;
};

#define YT_SHARE_WHOLE	1000000

#define YT_CONTEXTS_ALL	(BIT(__CRYPTORTURE_CONTEXT_MAX) - 1)
/* Those after a retired one, too. */
#define YT_DISTURB_ALL	((BIT(__CRYPTORTURE_DISTURBER_MAX) - 1) & \
			 ~BIT(CRYPTORTURE_DISTURBER_RETIRED_8))

/* Of a run without exercisers. */
#define YT_CONTEXTS_DEFAULT	(BIT(CRYPTORTURE_CONTEXT_TASK) | BIT(CRYPTORTURE_CONTEXT_SOFTIRQ))
#define YT_DISTURB_DEFAULT	(BIT(CRYPTORTURE_DISTURBER_TIMER) | \
				 BIT(CRYPTORTURE_DISTURBER_PREEMPT) | \
				 BIT(CRYPTORTURE_DISTURBER_SHUFFLE) | \
				 BIT(CRYPTORTURE_DISTURBER_IPI) | \
				 BIT(CRYPTORTURE_DISTURBER_RESCHED))
/* In addition with exercisers. */
#define YT_CONTEXTS_EXERCISERS	BIT(CRYPTORTURE_CONTEXT_CALLER)
#define YT_DISTURB_EXERCISERS	BIT(CRYPTORTURE_DISTURBER_MEMBARRIER)

/*
 * The default contexts and disturbers, all online CPUs, full load, a random
 * seed, no exercisers, until stopped.
 */
void yt_config_default(struct yt_config *config);

/**
 * yt_config_check() - is this within bounds?
 * @config: from the outside
 * @which: if something is wrong, the attribute that it is; may be NULL
 *
 * Return: NULL, or a sentence that says what is wrong and what is possible.
 */
const char *yt_config_check(const struct yt_config *config,
			    enum cryptorture_config_attr *which);

/**
 * yt_config_follows() - do softirqs and disturbers rest while the worker rests?
 * @config: within bounds
 *
 * At less than full load: there is nothing to disturb then, and each time that an
 * idle CPU is woken costs more than an operation. Not where exercisers are to be
 * disturbed as well.
 */
static inline bool yt_config_follows(const struct yt_config *config)
{
	return config->load < CRYPTORTURE_LOAD_FULL && !config->exercisers &&
	       config->contexts & BIT(CRYPTORTURE_CONTEXT_TASK);
}

/**
 * yt_config_share() - what operations of a context may take of each CPU
 * @config: within bounds
 * @context: task or softirq
 *
 * Softirq operations have a fifth of the load. A worker has the rest of it, or
 * at full load all that the CPU has. Where softirqs follow the worker, they have
 * a fifth of the time that it works; and it leaves an eighth of the load to the
 * threads that come and go with it, and to the pool.
 *
 * Return: out of YT_SHARE_WHOLE, never 0.
 */
u32 yt_config_share(const struct yt_config *config, enum cryptorture_context context);

#endif /* CRYPTORTURE_CPU_CONFIG_H */

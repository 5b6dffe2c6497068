/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters of a run: enum ct_config_attr, in force. */
#ifndef CRYPTORTURE_EXERCISE_CONFIG_H
#define CRYPTORTURE_EXERCISE_CONFIG_H

#include <linux/cpumask.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "packet/sizes.h"

/**
 * struct ct_config - parameters of a run; enum ct_config_attr says what each is
 * @duration_ms: 0: until stopped
 * @seed: any
 * @contexts: bits of enum ct_context, at least one
 * @disturb: bits of enum ct_disturber
 * @cpus: CPUs, all online
 * @load: per mille
 * @timer_hz: of the timer disturber
 * @inject_every: 0: never
 * @until_mismatch: end at the first one
 * @sizes: of ESP payloads
 * @exercisers: threads on each CPU that the control program keeps
 */
struct ct_config {
	u64 duration_ms;
	u64 seed;
	u32 contexts;
	u32 disturb;
	struct cpumask cpus;
	u32 load;
	u32 timer_hz;
	u64 inject_every;
	bool until_mismatch;
	struct ct_sizes sizes;
	u32 exercisers;
};

#define CT_SHARE_WHOLE	1000000

#define CT_CONTEXTS_ALL	(BIT(CT_CONTEXTS) - 1)
#define CT_DISTURB_ALL	(BIT(CT_DISTURBERS) - 1)

/* Of a run without exercisers. */
#define CT_CONTEXTS_DEFAULT	(BIT(CT_CONTEXT_TASK) | BIT(CT_CONTEXT_SOFTIRQ))
#define CT_DISTURB_DEFAULT	(BIT(CT_DISTURB_TIMER) | \
				 BIT(CT_DISTURB_PREEMPT) | \
				 BIT(CT_DISTURB_SHUFFLE) | \
				 BIT(CT_DISTURB_IPI) | BIT(CT_DISTURB_RESCHED))
/* What comes to it with exercisers. */
#define CT_CONTEXTS_EXERCISERS	BIT(CT_CONTEXT_CALLER)
#define CT_DISTURB_EXERCISERS	BIT(CT_DISTURB_MEMBARRIER)

/*
 * The default contexts and disturbers, all online CPUs, full load, a random
 * seed, no exercisers, until stopped.
 */
void ct_config_default(struct ct_config *config);

/**
 * ct_config_check() - is this within bounds?
 * @config: from the outside
 *
 * Return: NULL, or a sentence that says what is wrong and what is possible.
 */
const char *ct_config_check(const struct ct_config *config);

/**
 * ct_config_follows() - do softirqs and disturbers rest while the worker rests?
 * @config: within bounds
 *
 * At less than full load: there is nothing to disturb then, and each time that an
 * idle CPU is woken costs more than an operation. Not where exercisers are to be
 * disturbed as well.
 */
static inline bool ct_config_follows(const struct ct_config *config)
{
	return config->load < CT_LOAD_FULL && !config->exercisers &&
	       config->contexts & BIT(CT_CONTEXT_TASK);
}

/**
 * ct_config_share() - what operations of a context may take of each CPU
 * @config: within bounds
 * @context: task or softirq
 *
 * Softirq operations have a fifth of the load. A worker has the rest of it, or
 * at full load whatever the CPU has to give. Where softirqs follow the worker, they have
 * a fifth of the time that it works; and it leaves an eighth of the load to the
 * threads that come and go with it, and to the pool.
 *
 * Return: out of CT_SHARE_WHOLE, never 0.
 */
u32 ct_config_share(const struct ct_config *config, enum ct_context context);

#endif /* CRYPTORTURE_EXERCISE_CONFIG_H */

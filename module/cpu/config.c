// SPDX-License-Identifier: GPL-2.0-only
#include <linux/random.h>
#include <linux/string.h>

#include "cpu/config.h"

#define UNKNOWN_DISTURBER \
	"unknown disturber: the bits are timer 1, preempt 2, shuffle 4, " \
	"ipi 8, resched 16, membarrier 32, hotplug 64, memory 128"

void yt_config_default(struct yt_config *config)
{
	memset(config, 0, sizeof(*config));
	get_random_bytes(&config->seed, sizeof(config->seed));
	config->contexts = YT_CONTEXTS_DEFAULT;
	config->disturb = YT_DISTURB_DEFAULT;
	cpumask_copy(&config->cpus, cpu_online_mask);
	config->load = CRYPTORTURE_LOAD_FULL;
	config->timer_hz = CRYPTORTURE_TIMER_HZ_DEFAULT;
}

/* Say which attribute it is, if that is asked. */
static const char *wrong(enum cryptorture_config_attr *which, enum cryptorture_config_attr attr,
			 const char *why)
{
	if (which)
		*which = attr;
	return why;
}

const char *yt_config_check(const struct yt_config *config,
			    enum cryptorture_config_attr *which)
{
	if (config->duration_ms > CRYPTORTURE_DURATION_MAX_MS)
		return wrong(which, CRYPTORTURE_A_CONFIG_DURATION_MS,
			     "the duration is too long: at most 366 days, or 0 for until stopped");
	if (!config->contexts || config->contexts & ~YT_CONTEXTS_ALL)
		return wrong(which, CRYPTORTURE_A_CONFIG_CONTEXTS,
			     "unknown or no context: the bits are task 1, softirq 2, caller 4");
	if (config->exercisers > CRYPTORTURE_EXERCISERS_MAX)
		return wrong(which, CRYPTORTURE_A_CONFIG_EXERCISERS,
			     "too many exercisers: 0 to 16 on each CPU");
	if (config->contexts & BIT(CRYPTORTURE_CONTEXT_CALLER) && !config->exercisers)
		return wrong(which, CRYPTORTURE_A_CONFIG_CONTEXTS,
			     "the caller context needs exercisers: use 'cryptorture run'");
	if (config->disturb & ~YT_DISTURB_ALL)
		return wrong(which, CRYPTORTURE_A_CONFIG_DISTURB,
			     UNKNOWN_DISTURBER);
	if (cpumask_empty(&config->cpus))
		return wrong(which, CRYPTORTURE_A_CONFIG_CPUS,
			     "no CPU to run on");
	if (!cpumask_subset(&config->cpus, cpu_online_mask))
		return wrong(which, CRYPTORTURE_A_CONFIG_CPUS,
			     "not all of these CPUs are online: see /sys/devices/system/cpu/online");
	if (!config->load || config->load > CRYPTORTURE_LOAD_FULL)
		return wrong(which, CRYPTORTURE_A_CONFIG_LOAD,
			     "the load is out of bounds: 1 to 1000 per mille");
	if (config->timer_hz < CRYPTORTURE_TIMER_HZ_MIN ||
	    config->timer_hz > CRYPTORTURE_TIMER_HZ_MAX)
		return wrong(which, CRYPTORTURE_A_CONFIG_TIMER_HZ,
			     "the timer rate is out of bounds: 10 to 200000 Hz");
	return NULL;
}

u32 yt_config_share(const struct yt_config *config, enum cryptorture_context context)
{
	u32 whole = config->load * (YT_SHARE_WHOLE / CRYPTORTURE_LOAD_FULL);
	bool follows = yt_config_follows(config);

	if (context == CRYPTORTURE_CONTEXT_SOFTIRQ)
		return (follows ? YT_SHARE_WHOLE : whole) / 5;
	if (config->load == CRYPTORTURE_LOAD_FULL)
		return whole;
	if (follows)
		whole -= whole / 8;
	else if (config->contexts & BIT(CRYPTORTURE_CONTEXT_SOFTIRQ))
		whole -= whole / 5;
	return whole;
}

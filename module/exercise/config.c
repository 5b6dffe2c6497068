// SPDX-License-Identifier: GPL-2.0-only
#include <linux/random.h>
#include <linux/string.h>

#include "exercise/config.h"

void ct_config_default(struct ct_config *config)
{
	memset(config, 0, sizeof(*config));
	get_random_bytes(&config->seed, sizeof(config->seed));
	config->contexts = CT_CONTEXTS_ALL;
	config->disturb = CT_DISTURB_ALL;
	cpumask_copy(&config->cpus, cpu_online_mask);
	config->load = CT_LOAD_FULL;
	config->timer_hz = CT_TIMER_HZ_DEFAULT;
}

const char *ct_config_check(const struct ct_config *config)
{
	if (config->duration_ms > CT_DURATION_MAX_MS)
		return "the duration is too long: at most 366 days, or 0 for until stopped";
	if (!config->contexts || config->contexts & ~CT_CONTEXTS_ALL)
		return "unknown or no context: task is bit 0, softirq is bit 1";
	if (config->disturb & ~CT_DISTURB_ALL)
		return "unknown disturber: timer is bit 0, preempt is bit 1";
	if (cpumask_empty(&config->cpus))
		return "no CPU to run on";
	if (!cpumask_subset(&config->cpus, cpu_online_mask))
		return "not all of these CPUs are online: see /sys/devices/system/cpu/online";
	if (!config->load || config->load > CT_LOAD_FULL)
		return "the load is out of bounds: 1 to 1000 per mille";
	if (config->timer_hz < CT_TIMER_HZ_MIN ||
	    config->timer_hz > CT_TIMER_HZ_MAX)
		return "the timer rate is out of bounds: 10 to 20000 Hz";
	return NULL;
}

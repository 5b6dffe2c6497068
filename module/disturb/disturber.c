// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>

#include "disturb/disturber.h"

/* Nothing at the place of a retired one, which yt_config_check() refuses. */
const struct yt_disturber_ops *const yt_disturbers[__CRYPTORTURE_DISTURBER_MAX] = {
	[CRYPTORTURE_DISTURBER_TIMER]		= &yt_timer_disturber,
	[CRYPTORTURE_DISTURBER_PREEMPT]		= &yt_preempt_disturber,
	[CRYPTORTURE_DISTURBER_SHUFFLE]		= &yt_shuffle_disturber,
	[CRYPTORTURE_DISTURBER_IPI]		= &yt_ipi_disturber,
	[CRYPTORTURE_DISTURBER_RESCHED]		= &yt_resched_disturber,
	[CRYPTORTURE_DISTURBER_MEMBARRIER]	= &yt_membarrier_disturber,
	[CRYPTORTURE_DISTURBER_HOTPLUG]		= &yt_hotplug_disturber,
	[CRYPTORTURE_DISTURBER_MEMORY]		= &yt_memory_disturber,
};

/* Bits of the active disturbers; under the CPU hotplug lock. */
static unsigned long on;
static const char *impossible[__CRYPTORTURE_DISTURBER_MAX];

const char *yt_disturber_impossible(unsigned int which)
{
	return impossible[which];
}

int yt_disturbers_start_cpu(struct yt_cpu *cpu)
{
	unsigned int i;
	int err;

	for_each_set_bit(i, &on, __CRYPTORTURE_DISTURBER_MAX) {
		if (!yt_disturbers[i]->start_cpu)
			continue;
		err = yt_disturbers[i]->start_cpu(cpu);
		if (err)
			return err;
	}
	return 0;
}

static void stop_cpu(unsigned int which, unsigned int cpu)
{
	if (yt_disturbers[which]->stop_cpu)
		yt_disturbers[which]->stop_cpu(cpu);
}

void yt_disturbers_stop_cpu(unsigned int cpu)
{
	unsigned int i;

	for (i = __CRYPTORTURE_DISTURBER_MAX; i-- > 0;)
		if (on & BIT(i))
			stop_cpu(i, cpu);
}

static void stop_cpus(unsigned int which, const struct yt_exercise *exercise)
{
	unsigned int cpu;

	cpus_read_lock();
	__clear_bit(which, &on);
	for_each_cpu(cpu, &exercise->config.cpus)
		stop_cpu(which, cpu);
	cpus_read_unlock();
}

static int start_cpus(unsigned int which, struct yt_exercise *exercise)
{
	const struct yt_disturber_ops *disturber = yt_disturbers[which];
	unsigned int cpu;
	int err = 0;

	cpus_read_lock();
	__set_bit(which, &on);
	if (disturber->start_cpu)
		for_each_cpu_and(cpu, &exercise->config.cpus, cpu_online_mask) {
			err = disturber->start_cpu(exercise->cpus[cpu]);
			if (err)
				break;
		}
	cpus_read_unlock();
	return err;
}

static void stop(unsigned int which, const struct yt_exercise *exercise)
{
	stop_cpus(which, exercise);
	if (yt_disturbers[which]->stop)
		yt_disturbers[which]->stop();
}

static int start(unsigned int which, struct yt_exercise *exercise)
{
	const struct yt_disturber_ops *disturber = yt_disturbers[which];
	int err;

	if (disturber->impossible)
		impossible[which] = disturber->impossible(exercise);
	if (impossible[which]) {
		pr_info("run %llu: disturber %s cannot work here: %s\n",
			exercise->number, disturber->name, impossible[which]);
		return 0;
	}
	err = disturber->start ? disturber->start(exercise) : 0;
	if (err)
		return err;
	err = start_cpus(which, exercise);
	if (err)
		stop(which, exercise);
	return err;
}

int yt_disturbers_start(struct yt_exercise *exercise)
{
	unsigned int i;
	int err;

	memset(impossible, 0, sizeof(impossible));
	for (i = 0; i < __CRYPTORTURE_DISTURBER_MAX; i++) {
		if (!(exercise->config.disturb & BIT(i)))
			continue;
		err = start(i, exercise);
		if (err) {
			pr_err("run %llu: disturber %s could not be started (error %d)\n",
			       exercise->number, yt_disturbers[i]->name, err);
			yt_disturbers_stop(exercise);
			return err;
		}
	}
	return 0;
}

void yt_disturbers_stop(const struct yt_exercise *exercise)
{
	unsigned int i;

	for (i = __CRYPTORTURE_DISTURBER_MAX; i-- > 0;)
		if (READ_ONCE(on) & BIT(i))
			stop(i, exercise);
}

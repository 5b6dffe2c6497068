// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/kthread.h>

#include "disturb/disturber.h"
#include "disturb/hotplug.h"
#include "disturb/thread.h"

/* A CPU is offline for 0.5 to 1.5 times this. */
#define OFF_US		200000
/* All CPUs are online for one to four times this; longer at less load. */
#define ON_US		300000
/* The kernel may refuse for a while, for instance during suspend. */
#define RETRY_MS	200
#define RETRIES		50
#define STREAM_HOTPLUG	0x0ff1

static struct task_struct *thread;
static u64 taken;
/* The CPU that this disturber took offline; nr_cpu_ids or more when there is none. */
static unsigned int away = UINT_MAX;

static u64 count(void)
{
	return READ_ONCE(taken);
}

bool yt_hotplug_takes(unsigned int cpu)
{
	return READ_ONCE(away) == cpu;
}

#ifdef CONFIG_HOTPLUG_CPU

static unsigned int hotpluggable(const struct yt_exercise *exercise)
{
	unsigned int cpu, n = 0;

	for_each_cpu(cpu, &exercise->config.cpus)
		n += cpu_is_hotpluggable(cpu);
	return n;
}

static bool bring_back(void)
{
	unsigned int cpu = READ_ONCE(away);
	unsigned int i;
	int err = 0;

	if (cpu >= nr_cpu_ids)
		return true;
	for (i = 0; i < RETRIES; i++) {
		/* Above 0: it is online already. */
		err = add_cpu(cpu);
		if (err >= 0) {
			WRITE_ONCE(away, UINT_MAX);
			return true;
		}
		schedule_timeout_idle(msecs_to_jiffies(RETRY_MS));
	}
	pr_warn("CPU %u was taken offline and cannot be brought back yet (error %d)\n",
		cpu, err);
	return false;
}

/*
 * At most one CPU of the run is offline, and there are two at least: so one, and
 * half of them, stay online.
 */
static void take_one(const struct yt_exercise *exercise, struct yt_random *random)
{
	unsigned int cpu, others;

	cpus_read_lock();
	cpu = yt_thread_cpu(exercise, random, nr_cpu_ids);
	others = yt_thread_cpu(exercise, random, cpu);
	cpus_read_unlock();
	if (cpu >= nr_cpu_ids || others >= nr_cpu_ids ||
	    !cpu_is_hotpluggable(cpu))
		return;
	WRITE_ONCE(away, cpu);
	/* Above 0: it was offline already. */
	if (remove_cpu(cpu)) {
		WRITE_ONCE(away, UINT_MAX);
		return;
	}
	WRITE_ONCE(taken, taken + 1);
}

static int plug(void *data)
{
	const struct yt_exercise *exercise = data;
	struct yt_random random;

	yt_random_init(&random, exercise->config.seed, STREAM_HOTPLUG, 0);
	while (!kthread_should_stop()) {
		yt_thread_sleep((u64)ON_US * NSEC_PER_USEC);
		yt_thread_pause(exercise, &random, ON_US);
		if (kthread_should_stop())
			break;
		take_one(exercise, &random);
		yt_thread_sleep((OFF_US / 2 + yt_random_below(&random, OFF_US)) *
				(u64)NSEC_PER_USEC);
		while (!bring_back() && !kthread_should_stop())
			;
	}
	return 0;
}

void yt_hotplug_restore(void)
{
	if (!bring_back())
		pr_err("CPU %u stays offline: write 1 to /sys/devices/system/cpu/cpu%u/online\n",
		       away, away);
}

static const char *impossible(const struct yt_exercise *exercise)
{
	if (cpumask_weight(&exercise->config.cpus) < 2)
		return "the run has one CPU, which must stay";
	if (!hotpluggable(exercise))
		return "no CPU of the run can be taken offline: see /sys/devices/system/cpu/";
	return NULL;
}

#else

static int plug(void *data)
{
	return 0;
}

void yt_hotplug_restore(void)
{
}

static const char *impossible(const struct yt_exercise *exercise)
{
	return "this kernel is built without CPU hotplug";
}

#endif

static int start(struct yt_exercise *exercise)
{
	taken = 0;
	yt_hotplug_restore();
	return yt_thread_start(&thread, plug, exercise, 0, NULL, "hotplug");
}

static void stop(void)
{
	yt_thread_stop(&thread);
	yt_hotplug_restore();
}

const struct yt_disturber_ops yt_hotplug_disturber = {
	.name		= "hotplug",
	.unit		= "times that a CPU was taken offline",
	.impossible	= impossible,
	.start		= start,
	.stop		= stop,
	.count		= count,
};

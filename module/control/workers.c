// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/smp.h>

#include "context/softirq.h"
#include "context/syscall.h"
#include "context/task.h"
#include "control/exercise.h"
#include "control/workers.h"
#include "disturb/disturber.h"
#include "disturb/hotplug.h"
#include "repro/replay.h"
#include "vectors/refresh.h"

/* The run that the CPU hotplug callbacks serve; under the hotplug lock. */
static struct yt_exercise *plugged;
static enum cpuhp_state hotplug_state;

/* On the CPU itself: its timer is pinned to it. */
static void start_softirq(void *data)
{
	yt_softirq_start(data);
}

static void stop_workers(struct yt_cpu *cpu)
{
	/* It resumes the softirqs, so it is stopped first. */
	yt_task_stop(cpu);
	yt_softirq_stop(cpu);
}

static int start_workers(struct yt_cpu *cpu)
{
	const struct yt_config *config = &cpu->exercise->config;
	int err = 0;

	if (config->contexts & BIT(CRYPTORTURE_CONTEXT_TASK))
		err = yt_task_start(cpu);
	if (!err && config->contexts & BIT(CRYPTORTURE_CONTEXT_SOFTIRQ))
		err = smp_call_function_single(cpu->cpu, start_softirq, cpu, 1);
	if (err)
		stop_workers(cpu);
	return err;
}

/* Hotplug callbacks: under the hotplug lock, so @plugged does not change. */
static int cpu_comes(unsigned int number)
{
	struct yt_cpu *cpu = plugged ? plugged->cpus[number] : NULL;

	if (cpu && (start_workers(cpu) || yt_disturbers_start_cpu(cpu)))
		pr_warn("CPU %u is online again, but not all of its threads could be started\n",
			number);
	return 0;
}

/* Besides one that is going offline. */
static bool is_another_online(const struct cpumask *cpus, unsigned int number)
{
	unsigned int cpu;

	for_each_cpu_and(cpu, cpus, cpu_online_mask)
		if (cpu != number)
			return true;
	return false;
}

static int cpu_goes(unsigned int number)
{
	struct yt_cpu *cpu = plugged ? plugged->cpus[number] : NULL;

	if (!cpu)
		return 0;
	yt_disturbers_stop_cpu(number);
	stop_workers(cpu);
	cpumask_set_cpu(number, &plugged->coverage.unplugged);
	if (!yt_hotplug_takes(number))
		pr_info("CPU %u goes offline in mid-run\n", number);
	if (!is_another_online(&plugged->config.cpus, number))
		pr_warn("run %llu: none of its CPUs is online: it goes on when one comes back, or ends at its time\n",
			plugged->number);
	return 0;
}

void yt_workers_stop(struct yt_exercise *exercise)
{
	unsigned int cpu;

	/* While all disturbances that might be the cause are still active. */
	yt_replay_finish(exercise);
	/* All in parallel: a driver may have lost a request of each of them. */
	WRITE_ONCE(exercise->stopping, true);
	yt_syscall_close();
	yt_disturbers_stop(exercise);
	cpus_read_lock();
	plugged = NULL;
	for_each_cpu(cpu, &exercise->config.cpus)
		stop_workers(exercise->cpus[cpu]);
	cpus_read_unlock();
	yt_refresh_stop(&exercise->pool);
}

int yt_workers_start(struct yt_exercise *exercise)
{
	unsigned int cpu;
	int err = 0;

	cpus_read_lock();
	for_each_cpu(cpu, &exercise->config.cpus) {
		/* It may have gone offline since the parameters were checked. */
		if (!cpu_online(cpu)) {
			cpumask_set_cpu(cpu, &exercise->coverage.unplugged);
			continue;
		}
		err = start_workers(exercise->cpus[cpu]);
		if (err)
			break;
	}
	plugged = exercise;
	cpus_read_unlock();
	if (!err)
		err = yt_disturbers_start(exercise);
	if (err)
		yt_workers_stop(exercise);
	return err;
}

int yt_workers_init(void)
{
	int err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					    "cryptorture:online", cpu_comes,
					    cpu_goes);

	if (err < 0)
		return err;
	hotplug_state = err;
	return 0;
}

void yt_workers_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
}

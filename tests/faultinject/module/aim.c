// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "aim.h"

/**
 * struct count - of one CPU
 * @seen: opportunities
 * @done: times that damage was done
 */
struct count {
	u64 seen;
	u64 done;
};

static DEFINE_PER_CPU(struct count, counts);
static struct cpumask chosen;
static unsigned int one_in = 1;
static char target[TASK_COMM_LEN];

int yt_busted_aim_set(const char *cpus, unsigned int rate, const char *program)
{
	one_in = rate;
	strscpy(target, program, sizeof(target));
	cpumask_copy(&chosen, cpu_possible_mask);
	if (cpus && cpulist_parse(cpus, &chosen))
		return -EINVAL;
	return cpumask_intersects(&chosen, cpu_online_mask) ? 0 : -EINVAL;
}

unsigned int yt_busted_aim_rate(void)
{
	return one_in;
}

const struct cpumask *yt_busted_aim_cpus(void)
{
	return &chosen;
}

bool yt_busted_aim_here(void)
{
	return cpumask_test_cpu(raw_smp_processor_id(), &chosen);
}

bool yt_busted_aim_due(void)
{
	if (!yt_busted_aim_here())
		return false;
	return this_cpu_inc_return(counts.seen) % one_in == 0;
}

bool yt_busted_aim_is_program(void)
{
	return !strncmp(current->group_leader->comm, target, sizeof(target));
}

void yt_busted_aim_done(void)
{
	this_cpu_inc(counts.done);
}

u64 yt_busted_aim_count_seen(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(counts, cpu).seen);
	return sum;
}

u64 yt_busted_aim_count_done(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(counts, cpu).done);
	return sum;
}

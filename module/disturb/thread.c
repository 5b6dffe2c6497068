// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/topology.h>

#include "disturb/thread.h"

/* About the length of a worker's burst. */
#define BURST_US	1000U

int yt_thread_start(struct task_struct **task, int (*function)(void *data),
		    void *data, int nice, const struct yt_cpu *cpu,
		    const char *name)
{
	struct task_struct *made;

	if (cpu)
		made = kthread_create_on_node(function, data,
					      cpu_to_node(cpu->cpu),
					      "cryptorture/%s%u", name,
					      cpu->cpu);
	else
		made = kthread_create(function, data, "cryptorture/%s", name);
	if (IS_ERR(made))
		return PTR_ERR(made);
	if (cpu)
		kthread_bind(made, cpu->cpu);
	if (nice == YT_THREAD_FIFO)
		sched_set_fifo_low(made);
	else
		set_user_nice(made, nice);
	*task = made;
	wake_up_process(made);
	return 0;
}

void yt_thread_stop(struct task_struct **task)
{
	if (!*task)
		return;
	kthread_stop(*task);
	*task = NULL;
}

void yt_thread_sleep(u64 ns)
{
	ktime_t pause = ns_to_ktime(ns);

	set_current_state(TASK_INTERRUPTIBLE);
	/* A stop before set_current_state() must not be missed. */
	if (!kthread_should_stop())
		schedule_hrtimeout(&pause, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
}

void yt_thread_pause(const struct yt_exercise *exercise, struct yt_random *random,
		     u32 us)
{
	u64 gap = us / 2 + yt_random_below(random, us);

	yt_thread_sleep(div_u64(gap * NSEC_PER_USEC * CRYPTORTURE_LOAD_FULL,
				exercise->config.load));
}

void yt_thread_await_worker(struct yt_cpu *cpu)
{
	/* A CPU may also go offline, and then there is no wakeup. */
	wait_event_interruptible_timeout(cpu->resumed, !yt_cpu_rests(cpu) ||
					 kthread_should_stop(), 2 * HZ);
}

void yt_thread_await(struct yt_cpu *cpu, struct yt_random *random, u32 us)
{
	if (!yt_config_follows(&cpu->exercise->config)) {
		yt_thread_pause(cpu->exercise, random, us);
		return;
	}
	yt_thread_sleep((us / 2 + yt_random_below(random, us)) * NSEC_PER_USEC);
	while (yt_cpu_rests(cpu) && !kthread_should_stop()) {
		yt_thread_await_worker(cpu);
		/* Not always at the beginning of its burst, which is short. */
		yt_thread_sleep(yt_random_below(random, min(us, BURST_US)) *
				NSEC_PER_USEC);
	}
}

unsigned int yt_thread_cpu(const struct yt_exercise *exercise,
			   struct yt_random *random, unsigned int other)
{
	unsigned int cpu, n = 0, chosen = nr_cpu_ids;

	/* The nth of n takes the place with a chance of 1/n. */
	for_each_cpu_and(cpu, &exercise->config.cpus, cpu_online_mask)
		if (cpu != other && !yt_random_below(random, ++n))
			chosen = cpu;
	return chosen;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "compat.h"
#include "disturb/disturber.h"
#include "disturb/thread.h"
#include "op/interrupt.h"

/*
 * The ipi disturber: calls from other CPUs, which interrupt operations as a
 * timer does, but many times as often, for no timer has to be programmed. A thread
 * begins a volley on each CPU of the run; each call that arrives sends the next one
 * to the next CPU, until the volley is spent. Volleys that meet become one; at a
 * CPU whose worker sleeps they end, and over tasks that are not of the run they end soon.
 */

/* On average, at full load; longer at less. */
#define GAP_US		1000
/*
 * Calls for each second and CPU at full load. A call costs the CPU that it interrupts
 * one or two microseconds; docs/bench.md has the effect of other rates.
 */
#define CALLS_HZ	128000
/* The longest volley. */
#define HOPS_MAX	1024
/* A call over a task that is not of the run counts for as many. */
#define STRANGER	16
#define STREAM_IPI	0x1b1

/**
 * struct target - one CPU as the target of calls
 * @csd: the call; one may be pending at a time
 * @busy: 1 while it is pending
 * @hops: how many calls may follow this one; at most HOPS_MAX from each sender
 * @cpu: the interrupted CPU
 * @on: calls may be sent to it
 * @arrived: calls that interrupted this CPU
 */
struct target {
	call_single_data_t csd;
	atomic_t busy;
	atomic_t hops;
	struct yt_cpu *cpu;
	bool on;
	u64 arrived;
};

static DEFINE_PER_CPU(struct target, targets);
static struct task_struct *thread;

static u64 count(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(targets, cpu).arrived);
	return sum;
}

/* Any context. */
static void send(unsigned int cpu, unsigned int hops)
{
	struct target *target = per_cpu_ptr(&targets, cpu);

	/* Pairs with start_cpu(): when @on is set, @cpu is valid. */
	if (!smp_load_acquire(&target->on) || yt_cpu_rests(target->cpu))
		return;
	/* Volleys that meet must not add up without bound. */
	if (atomic_read(&target->hops) < HOPS_MAX)
		atomic_add(hops, &target->hops);
	if (atomic_cmpxchg(&target->busy, 0, 1))
		return;
	/* Not for a CPU that has gone offline. */
	if (smp_call_function_single_async(cpu, &target->csd))
		atomic_set_release(&target->busy, 0);
}

/*
 * Interrupts are off. Mostly in hardirq: not when a thread calls its own CPU,
 * nor when a CPU that is idle, or going offline, flushes its queue of calls.
 */
static void arrive(void *data)
{
	struct target *target = data;
	const struct cpumask *cpus = &target->cpu->exercise->config.cpus;
	unsigned int hops, next;

	/* From here on others may send it again. */
	atomic_set_release(&target->busy, 0);
	hops = atomic_xchg(&target->hops, 0);
	if (!READ_ONCE(target->on))
		return;
	if (in_hardirq()) {
		WRITE_ONCE(target->arrived, target->arrived + 1);
		if (!yt_interrupt_note(target->cpu))
			hops -= min(hops, STRANGER - 1U);
	}
	if (!hops)
		return;
	next = cpumask_next(target->cpu->cpu, cpus);
	if (next >= nr_cpu_ids)
		next = cpumask_first(cpus);
	send(next, hops - 1);
}

static struct yt_cpu *any_cpu(const struct yt_exercise *exercise,
			      struct yt_random *random)
{
	unsigned int nth = yt_random_below(random,
					   cpumask_weight(&exercise->config.cpus));
	unsigned int cpu;

	for_each_cpu(cpu, &exercise->config.cpus)
		if (!nth--)
			break;
	return exercise->cpus[cpu];
}

static int volley(void *data)
{
	const struct yt_exercise *exercise = data;
	u64 calls = (u64)CALLS_HZ * exercise->config.load / CRYPTORTURE_LOAD_FULL;
	u64 last = ktime_get_ns(), now, hops;
	struct yt_random random;
	unsigned int cpu;

	yt_random_init(&random, exercise->config.seed, STREAM_IPI, 0);
	while (!kthread_should_stop()) {
		yt_thread_pause(exercise, &random, GAP_US);
		/* Where workers rest, few volleys would hit an active one. */
		if (yt_config_follows(&exercise->config))
			yt_thread_await_worker(any_cpu(exercise, &random));
		now = ktime_get_ns();
		hops = min_t(u64, div_u64((now - last) * calls, NSEC_PER_SEC),
			     HOPS_MAX);
		last = now;
		for_each_cpu(cpu, &exercise->config.cpus)
			send(cpu, hops);
		cond_resched();
	}
	return 0;
}

static const char *impossible(const struct yt_exercise *exercise)
{
	return cpumask_weight(&exercise->config.cpus) > 1 ? NULL :
	       "the run has one CPU, so there is no other to send an interrupt";
}

static int start(struct yt_exercise *exercise)
{
	unsigned int cpu;

	/* The first call must not be in an interrupt. */
	yt_interrupt_fpu_nests();
	for_each_possible_cpu(cpu) {
		struct target *target = per_cpu_ptr(&targets, cpu);

		/* Idle since stop(). memset() initialises the csd on all kernels. */
		memset(target, 0, sizeof(*target));
		target->csd.func = arrive;
		target->csd.info = target;
	}
	return yt_thread_start(&thread, volley, exercise, 0, NULL, "ipi");
}

static int start_cpu(struct yt_cpu *cpu)
{
	struct target *target = per_cpu_ptr(&targets, cpu->cpu);

	target->cpu = cpu;
	/* Pairs with send(). */
	smp_store_release(&target->on, true);
	return 0;
}

static void stop_cpu(unsigned int cpu)
{
	WRITE_ONCE(per_cpu(targets, cpu).on, false);
}

/*
 * Calls are sent with interrupts off or by the thread, so that after a grace
 * period no more are sent. Calls in flight then arrive: a CPU that goes
 * offline handles its calls before. After another grace period, the last one
 * that arrived has also returned.
 */
static void stop(void)
{
	unsigned int cpu;

	yt_thread_stop(&thread);
	synchronize_rcu();
	for_each_possible_cpu(cpu)
		while (atomic_read(&per_cpu(targets, cpu).busy))
			usleep_range(100, 1000);
	synchronize_rcu();
}

const struct yt_disturber_ops yt_ipi_disturber = {
	.name		= "ipi",
	.unit		= "interrupts from other CPUs",
	.impossible	= impossible,
	.start		= start,
	.stop		= stop,
	.start_cpu	= start_cpu,
	.stop_cpu	= stop_cpu,
	.count		= count,
};

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include "compat.h"
#include "disturb/disturber.h"
#include "disturb/timer.h"
#include "op/interrupt.h"

/*
 * The golden ratio of 2^32: multiples of it modulo 2^32 fall evenly into any
 * interval, so the moment sweeps over operations of any length.
 */
#define SWEEP_STEP	2654435769U

/**
 * struct timer - the timer of one CPU
 * @timer: expires in hardirq
 * @cpu: the CPU that it interrupts
 * @on: it is active
 * @resting: it stopped itself because its worker sleeps
 * @sweep: phase, advanced by SWEEP_STEP each time
 * @fired: interrupts so far
 */
struct timer {
	struct hrtimer timer;
	struct yt_cpu *cpu;
	bool on;
	bool resting;
	u32 sweep;
	u64 fired;
};

static DEFINE_PER_CPU(struct timer, timers);

static u64 count(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(timers, cpu).fired);
	return sum;
}

static u64 next_gap(struct timer *timer)
{
	u64 period = NSEC_PER_SEC / timer->cpu->exercise->config.timer_hz;

	/* Between a half and one and a half periods. */
	timer->sweep += SWEEP_STEP;
	return period / 2 + ((period * timer->sweep) >> 32);
}

static enum hrtimer_restart expire(struct hrtimer *hrtimer)
{
	struct timer *timer = container_of(hrtimer, struct timer, timer);
	struct yt_cpu *cpu = timer->cpu;

	if (!READ_ONCE(timer->on))
		return HRTIMER_NORESTART;
	WRITE_ONCE(timer->fired, timer->fired + 1);
	yt_interrupt_note(cpu);
	if (yt_cpu_rests(cpu)) {
		timer->resting = true;
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(hrtimer, ns_to_ktime(next_gap(timer)));
	return HRTIMER_RESTART;
}

static void arm(struct timer *timer)
{
	timer->resting = false;
	hrtimer_start(&timer->timer, ns_to_ktime(next_gap(timer)),
		      HRTIMER_MODE_REL_PINNED_HARD);
	/* Pairs with stop_cpu(): either that sees the timer, or this sees that it is off. */
	smp_mb();
	if (!READ_ONCE(timer->on))
		hrtimer_try_to_cancel(&timer->timer);
}

/* On the CPU itself: the timer is pinned to it. */
static void start_here(void *data)
{
	struct timer *timer = this_cpu_ptr(&timers);

	timer->cpu = data;
	yt_hrtimer_setup(&timer->timer, expire, HRTIMER_MODE_REL_PINNED_HARD);
	WRITE_ONCE(timer->on, true);
	arm(timer);
}

void yt_timer_resume(struct yt_cpu *cpu)
{
	unsigned long flags;
	struct timer *timer;

	/* With interrupts off, this CPU's timer does not expire. */
	local_irq_save(flags);
	timer = this_cpu_ptr(&timers);
	if (smp_processor_id() == cpu->cpu && READ_ONCE(timer->on) &&
	    timer->resting)
		arm(timer);
	local_irq_restore(flags);
}

static int start(struct yt_exercise *exercise)
{
	unsigned int cpu;

	/* The first call must not be in an interrupt. */
	yt_interrupt_fpu_nests();
	for_each_possible_cpu(cpu)
		per_cpu(timers, cpu).fired = 0;
	return 0;
}

static int start_cpu(struct yt_cpu *cpu)
{
	return smp_call_function_single(cpu->cpu, start_here, cpu, 1);
}

static void stop_cpu(unsigned int cpu)
{
	struct timer *timer = per_cpu_ptr(&timers, cpu);

	if (!timer->on)
		return;
	WRITE_ONCE(timer->on, false);
	/* Pairs with arm(), which a worker may be running. */
	smp_mb();
	hrtimer_cancel(&timer->timer);
}

const struct yt_disturber_ops yt_timer_disturber = {
	.name		= "timer",
	.unit		= "timer interrupts",
	.start		= start,
	.start_cpu	= start_cpu,
	.stop_cpu	= stop_cpu,
	.count		= count,
};

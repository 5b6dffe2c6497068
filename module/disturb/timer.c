// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <asm/fpu/api.h>

#include "compat.h"
#include "disturb/timer.h"
#include "exercise/clock.h"

/*
 * The golden ratio of 2^32: multiples of it modulo 2^32 fall evenly into any
 * interval, so the moment sweeps over operations of any length.
 */
#define SWEEP_STEP	2654435769U

/**
 * struct ct_timer - the timer of one CPU
 * @timer: expires in hardirq
 * @cpu: what it interrupts
 * @on: it goes on
 * @resting: it stopped itself because its worker sleeps
 * @sweep: phase, advanced by SWEEP_STEP each time
 * @fired: interrupts so far
 */
struct ct_timer {
	struct hrtimer timer;
	struct ct_cpu *cpu;
	bool on;
	bool resting;
	u32 sweep;
	u64 fired;
};

void ct_timers_free(struct ct_timer *timers)
{
	kvfree(timers);
}

u64 ct_timers_fired(const struct ct_timer *timers)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(timers[cpu].fired);
	return sum;
}

/* Does kernel_fpu_begin() of this kernel keep softirqs out? It is asked once. */
static bool fpu_disables_softirqs(void)
{
	static int answer = -1;

	if (READ_ONCE(answer) < 0) {
		kernel_fpu_begin();
		WRITE_ONCE(answer, softirq_count() != 0);
		kernel_fpu_end();
	}
	return READ_ONCE(answer);
}

struct ct_timer *ct_timers_alloc(void)
{
	/* Not for the first time in an interrupt. */
	fpu_disables_softirqs();
	return kvcalloc(nr_cpu_ids, sizeof(struct ct_timer), GFP_KERNEL);
}

/*
 * Called in hardirq over a task. irq_fpu_usable() says no inside an FPU
 * section, and also wherever softirqs are off: where FPU sections leave them
 * on, the latter must not be taken for the former.
 */
static bool in_fpu_section(void)
{
	if (irq_fpu_usable())
		return false;
	return fpu_disables_softirqs() || !softirq_count();
}

static void note(struct ct_cpu *cpu)
{
	struct ct_operation *op = READ_ONCE(cpu->softirq_op);

	if (op) {
		/* What irq_fpu_usable() says over a softirq is always no. */
		op->interruptions++;
		return;
	}
	op = READ_ONCE(cpu->task_op);
	if (!op || current != cpu->worker || in_serving_softirq())
		return;
	if (!op->hit)
		op->hit = ct_clock();
	op->interruptions++;
	if (in_fpu_section())
		op->fpu_hits++;
}

static u64 next_gap(struct ct_timer *timer)
{
	u64 period = NSEC_PER_SEC / timer->cpu->exercise->config.timer_hz;

	/* Between a half and one and a half periods. */
	timer->sweep += SWEEP_STEP;
	return period / 2 + ((period * timer->sweep) >> 32);
}

static enum hrtimer_restart expire(struct hrtimer *hrtimer)
{
	struct ct_timer *timer = container_of(hrtimer, struct ct_timer, timer);
	struct ct_cpu *cpu = timer->cpu;

	if (!READ_ONCE(timer->on))
		return HRTIMER_NORESTART;
	WRITE_ONCE(timer->fired, timer->fired + 1);
	note(cpu);
	if (!READ_ONCE(cpu->active)) {
		timer->resting = true;
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(hrtimer, ns_to_ktime(next_gap(timer)));
	return HRTIMER_RESTART;
}

static void arm(struct ct_timer *timer)
{
	timer->resting = false;
	hrtimer_start(&timer->timer, ns_to_ktime(next_gap(timer)),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

void ct_timer_start(struct ct_timer *timers, struct ct_cpu *cpu)
{
	struct ct_timer *timer = &timers[cpu->cpu];

	timer->cpu = cpu;
	ct_hrtimer_setup(&timer->timer, expire, HRTIMER_MODE_REL_PINNED_HARD);
	WRITE_ONCE(timer->on, true);
	arm(timer);
}

void ct_timer_resume(struct ct_timer *timers, struct ct_cpu *cpu)
{
	struct ct_timer *timer = &timers[cpu->cpu];
	unsigned long flags;

	/* The timer is of this CPU: with interrupts off it stands still. */
	local_irq_save(flags);
	if (READ_ONCE(timer->on) && timer->resting)
		arm(timer);
	local_irq_restore(flags);
}

void ct_timer_stop(struct ct_timer *timers, unsigned int cpu)
{
	struct ct_timer *timer = &timers[cpu];

	if (!timer->on)
		return;
	WRITE_ONCE(timer->on, false);
	hrtimer_cancel(&timer->timer);
}

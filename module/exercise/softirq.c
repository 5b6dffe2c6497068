// SPDX-License-Identifier: GPL-2.0-only
#include <asm/fpu/api.h>

#include "compat.h"
#include "exercise/choice.h"
#include "exercise/clock.h"
#include "exercise/softirq.h"
#include "exercise/verify.h"

/* Check what has completed since; NULL when the driver still has every one. */
static struct ct_operation *idle_slot(struct ct_cpu *cpu)
{
	struct ct_operation *found = NULL;
	unsigned int i;

	for (i = 0; i < CT_SOFTIRQ_SLOTS; i++) {
		struct ct_operation *op = &cpu->softirq[i];

		if (op->in_flight && completion_done(&op->done)) {
			ct_verify(op);
			ct_pool_put(&op->reader);
			op->in_flight = false;
		} else if (op->in_flight && ct_operation_overdue(op)) {
			ct_verify_stuck(op);
		}
		if (!op->in_flight)
			found = op;
	}
	return found;
}

static void run_one(struct ct_cpu *cpu, struct ct_operation *op)
{
	struct ct_exercise *exercise = cpu->exercise;
	struct ct_random *random = &cpu->softirq_random;
	struct ct_operation *below = ct_roster_find(&exercise->roster);
	struct ct_pool_group *group;

	group = ct_choice_take(op, random);
	if (!ct_random_below(random, CT_EXCHANGE_EVERY))
		ct_exchange_operation(&exercise->exchange, op);
	ct_choice_make(op, group, random);
	ct_operation_prepare(op);
	if (below) {
		/* It cannot go on, on this CPU or another, before we return. */
		below->nested++;
		op->nested = 1;
		/* In a softirq the answer is no only inside an FPU section. */
		op->nested_fpu = !irq_fpu_usable();
		if (op->nested_fpu)
			below->nested_fpu = true;
	}
	if (ct_operation_submit(op)) {
		ct_verify(op);
		ct_pool_put(&op->reader);
	} else {
		op->in_flight = true;
	}
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct ct_cpu *cpu = container_of(timer, struct ct_cpu, softirq_timer);
	u32 share = ct_config_share(&cpu->exercise->config,
				    CT_CONTEXT_SOFTIRQ);
	u64 start = ct_clock(), busy, gap;
	struct ct_operation *op;

	if (!READ_ONCE(cpu->softirq_on))
		return HRTIMER_NORESTART;
	op = idle_slot(cpu);
	if (ct_cpu_rests(cpu) && ct_config_follows(&cpu->exercise->config)) {
		cpu->softirq_rests = true;
		return HRTIMER_NORESTART;
	}
	if (op)
		run_one(cpu, op);
	busy = ct_clock_ns(start, ct_clock());
	gap = div_u64(busy * CT_SHARE_WHOLE, share);
	/* Not in step with anything: the gap varies by half of itself. */
	gap = max_t(u64, gap, CT_SOFTIRQ_GAP_NS);
	gap += div_u64(gap * (ct_random_u64(&cpu->softirq_random) & 0xff), 512);
	hrtimer_forward_now(timer, ns_to_ktime(gap));
	return HRTIMER_RESTART;
}

static void arm(struct ct_cpu *cpu)
{
	cpu->softirq_rests = false;
	hrtimer_start(&cpu->softirq_timer, ns_to_ktime(CT_SOFTIRQ_GAP_NS),
		      HRTIMER_MODE_REL_PINNED_SOFT);
}

void ct_softirq_start(struct ct_cpu *cpu)
{
	ct_hrtimer_setup(&cpu->softirq_timer, tick, HRTIMER_MODE_REL_PINNED_SOFT);
	WRITE_ONCE(cpu->softirq_on, true);
	arm(cpu);
}

void ct_softirq_resume(struct ct_cpu *cpu)
{
	/* With softirqs off, this CPU's timer stands still. */
	local_bh_disable();
	if (smp_processor_id() == cpu->cpu && READ_ONCE(cpu->softirq_on) &&
	    cpu->softirq_rests)
		arm(cpu);
	local_bh_enable();
}

/* The run is ending: do not wait for a driver that has lost a request. */
static bool give_up(const struct ct_cpu *cpu)
{
	return true;
}

void ct_softirq_stop(struct ct_cpu *cpu)
{
	unsigned int i;

	if (!cpu->softirq_on)
		return;
	WRITE_ONCE(cpu->softirq_on, false);
	hrtimer_cancel(&cpu->softirq_timer);
	for (i = 0; i < CT_SOFTIRQ_SLOTS; i++) {
		struct ct_operation *op = &cpu->softirq[i];

		if (!op->in_flight)
			continue;
		if (!ct_operation_wait(op, give_up)) {
			cpu->exercise->abandoned = true;
			continue;
		}
		ct_verify(op);
		ct_pool_put(&op->reader);
		op->in_flight = false;
	}
}

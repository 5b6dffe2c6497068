// SPDX-License-Identifier: GPL-2.0-only
#include <asm/fpu/api.h>

#include "compat.h"
#include "context/softirq.h"
#include "cpu/clock.h"
#include "op/choice.h"
#include "op/operation.h"
#include "op/submit.h"
#include "verify/verify.h"
#include "verify/wait.h"

/* Check completed operations; NULL when all are in flight. */
static struct yt_operation *idle_slot(struct yt_cpu *cpu)
{
	struct yt_operation *found = NULL;
	unsigned int i;

	for (i = 0; i < YT_SOFTIRQ_SLOTS; i++) {
		struct yt_operation *op = &cpu->softirq[i];

		if (op->in_flight && completion_done(&op->done)) {
			yt_verify(op);
			yt_pool_put(&op->reader);
			op->in_flight = false;
		} else if (op->in_flight && yt_operation_overdue(op)) {
			yt_verify_stuck(op);
		}
		if (!op->in_flight)
			found = op;
	}
	return found;
}

static void run_one(struct yt_cpu *cpu, struct yt_operation *op)
{
	struct yt_exercise *exercise = cpu->exercise;
	struct yt_random *random = &cpu->softirq_random;
	struct yt_operation *below = yt_task_map_find(&exercise->task_map);
	struct yt_pool_group *group;

	group = yt_choice_take(op, random);
	if (!yt_random_below(random, YT_EXCHANGE_EVERY))
		yt_exchange_buffers(&exercise->exchange, op->lean, &op->source,
				    &op->destination);
	yt_choice_make(op, group, random);
	yt_operation_prepare(op);
	if (below) {
		/* The interrupted operation cannot continue before the return. */
		below->course.nested++;
		op->course.nested = 1;
		/* In a softirq irq_fpu_usable() is false only inside an FPU section. */
		op->course.nested_fpu = !irq_fpu_usable();
		if (op->course.nested_fpu)
			below->course.nested_fpu = true;
	}
	if (yt_operation_submit(op)) {
		yt_verify(op);
		yt_pool_put(&op->reader);
	} else {
		op->in_flight = true;
	}
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct yt_cpu *cpu = container_of(timer, struct yt_cpu, softirq_timer);
	u32 share = yt_config_share(&cpu->exercise->config,
				    CRYPTORTURE_CONTEXT_SOFTIRQ);
	u64 start = yt_clock(), busy, gap;
	struct yt_operation *op;

	if (!READ_ONCE(cpu->softirq_on))
		return HRTIMER_NORESTART;
	op = idle_slot(cpu);
	if (yt_cpu_rests(cpu) && yt_config_follows(&cpu->exercise->config)) {
		cpu->softirq_rests = true;
		return HRTIMER_NORESTART;
	}
	if (op)
		run_one(cpu, op);
	busy = yt_clock_ns(start, yt_clock());
	gap = div_u64(busy * YT_SHARE_WHOLE, share);
	/* The gap varies by half of itself, to avoid synchronisation. */
	gap = max_t(u64, gap, YT_SOFTIRQ_GAP_NS);
	gap += div_u64(gap * (yt_random_u64(&cpu->softirq_random) & 0xff), 512);
	hrtimer_forward_now(timer, ns_to_ktime(gap));
	return HRTIMER_RESTART;
}

static void arm(struct yt_cpu *cpu)
{
	cpu->softirq_rests = false;
	hrtimer_start(&cpu->softirq_timer, ns_to_ktime(YT_SOFTIRQ_GAP_NS),
		      HRTIMER_MODE_REL_PINNED_SOFT);
}

void yt_softirq_start(struct yt_cpu *cpu)
{
	yt_hrtimer_setup(&cpu->softirq_timer, tick, HRTIMER_MODE_REL_PINNED_SOFT);
	WRITE_ONCE(cpu->softirq_on, true);
	arm(cpu);
}

void yt_softirq_resume(struct yt_cpu *cpu)
{
	/* With softirqs off, this CPU's timer does not expire. */
	local_bh_disable();
	if (smp_processor_id() == cpu->cpu && READ_ONCE(cpu->softirq_on) &&
	    cpu->softirq_rests)
		arm(cpu);
	local_bh_enable();
}

/* The run is ending: do not wait for a driver that has lost a request. */
static bool give_up(const struct yt_cpu *cpu)
{
	return true;
}

void yt_softirq_stop(struct yt_cpu *cpu)
{
	unsigned int i;

	if (!cpu->softirq_on)
		return;
	WRITE_ONCE(cpu->softirq_on, false);
	hrtimer_cancel(&cpu->softirq_timer);
	for (i = 0; i < YT_SOFTIRQ_SLOTS; i++) {
		struct yt_operation *op = &cpu->softirq[i];

		if (!op->in_flight)
			continue;
		if (!yt_operation_wait(op, give_up)) {
			cpu->exercise->abandoned = true;
			continue;
		}
		yt_verify(op);
		yt_pool_put(&op->reader);
		op->in_flight = false;
	}
}

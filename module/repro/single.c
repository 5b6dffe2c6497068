// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "op/operation.h"
#include "op/submit.h"
#include "repro/single.h"
#include "verify/verify.h"
#include "verify/wait.h"

int yt_replay_single_init(struct yt_replay_single *single, struct yt_exercise *exercise)
{
	init_completion(&single->ran);
	single->cpu = kzalloc(sizeof(*single->cpu), GFP_KERNEL);
	if (!single->cpu)
		return -ENOMEM;
	single->cpu->exercise = exercise;
	return yt_operation_init(&single->op, single->cpu, CRYPTORTURE_CONTEXT_TASK,
				 exercise->pool.request_size);
}

void yt_replay_single_free(struct yt_replay_single *single)
{
	struct yt_operation *op = &single->op;

	/* In steps, to avoid the hung task warning. */
	while (op->in_flight && !wait_for_completion_timeout(&op->done, HZ))
		;
	op->in_flight = false;
	yt_operation_free(op);
	kfree(single->cpu);
	single->cpu = NULL;
}

size_t yt_replay_single_memory(unsigned int request_size)
{
	return sizeof(struct yt_cpu) +
	       yt_operation_memory(request_size, false);
}

int yt_replay_single_move(unsigned int cpu)
{
	return set_cpus_allowed_ptr(current, cpumask_of(cpu)) ? -ENODEV : 0;
}

static enum hrtimer_restart run_in_softirq(struct hrtimer *timer)
{
	struct yt_replay_single *single = container_of(timer, struct yt_replay_single,
						  timer);

	single->done = yt_operation_submit(&single->op);
	complete(&single->ran);
	return HRTIMER_NORESTART;
}

static bool submit_in_softirq(struct yt_replay_single *single)
{
	reinit_completion(&single->ran);
	yt_hrtimer_setup(&single->timer, run_in_softirq,
			 HRTIMER_MODE_REL_PINNED_SOFT);
	hrtimer_start(&single->timer, ns_to_ktime(NSEC_PER_USEC),
		      HRTIMER_MODE_REL_PINNED_SOFT);
	wait_for_completion(&single->ran);
	/* The operation completes before the callback of the timer returns. */
	hrtimer_cancel(&single->timer);
	return single->done;
}

/*
 * Does not raise preempt_count(): in atomic context a simd instance with work in
 * its cryptd queue would queue this request too, which turns softirqs on. The
 * FPU may be used: kernel_fpu_begin() leaves softirqs alone where interrupts
 * are off.
 */
static bool submit_with_irqs_off(struct yt_replay_single *single)
{
	unsigned long flags;
	bool done;

	local_irq_save(flags);
	done = yt_operation_submit(&single->op);
	local_irq_restore(flags);
	return done;
}

/*
 * Interrupts come, while softirqs and other threads wait: what is wrong in this way
 * needs none of them. The FPU may be used: for irq_fpu_usable() this is a thread. A
 * simd instance with work in its cryptd queue queues this request too, which is
 * allowed here; then it completes after softirqs are on again.
 */
static bool submit_with_softirqs_off(struct yt_replay_single *single)
{
	bool done;

	local_bh_disable();
	done = yt_operation_submit(&single->op);
	local_bh_enable();
	return done;
}

/*
 * Drivers of devices, and those that defer work, take locks that turn
 * softirqs on again; and with PREEMPT_RT memory comes from a lock that sleeps.
 * With softirqs off it would be allowed, but show nothing: the work is done
 * elsewhere, and softirqs of PREEMPT_RT are threads.
 */
static bool can_be_quiet(const struct yt_operation *op)
{
	const struct yt_driver *driver = yt_operation_driver(op);

	return !IS_ENABLED(CONFIG_PREEMPT_RT) && !driver->deferred &&
	       (!driver->async || driver->simd);
}

static bool is_quiet(enum yt_replay_quiet quiet)
{
	return quiet == YT_REPLAY_IRQS_OFF || quiet == YT_REPLAY_SOFTIRQS_OFF;
}

static int wait_for(struct yt_operation *op)
{
	do {
		if (wait_for_completion_timeout(&op->done, HZ))
			return 0;
	} while (!yt_operation_overdue(op));
	op->in_flight = true;
	op->cpu->exercise->abandoned = true;
	return -ETIMEDOUT;
}

int yt_replay_single_run(struct yt_replay_single *single, enum yt_replay_quiet quiet)
{
	struct yt_operation *op = &single->op;
	unsigned int cpu = raw_smp_processor_id();
	bool done;

	if (yt_operation_transform(op)->request_size > op->request_size)
		return -ENOMEM;
	if (is_quiet(quiet) && !can_be_quiet(op))
		return -EOPNOTSUPP;
	/* The context says whether the driver may sleep. */
	op->context = quiet == YT_REPLAY_NOT ? CRYPTORTURE_CONTEXT_TASK :
					      CRYPTORTURE_CONTEXT_SOFTIRQ;
	yt_operation_prepare(op);
	switch (quiet) {
	case YT_REPLAY_SOFTIRQ:
		done = submit_in_softirq(single);
		break;
	case YT_REPLAY_IRQS_OFF:
		done = submit_with_irqs_off(single);
		break;
	case YT_REPLAY_SOFTIRQS_OFF:
		done = submit_with_softirqs_off(single);
		break;
	default:
		done = yt_operation_submit(op);
		break;
	}
	if (!done && wait_for(op))
		return -ETIMEDOUT;
	if (op->cpu_before != cpu)
		return -ENODEV;
	if (!done && is_quiet(quiet))
		return -EINPROGRESS;
	if (op->err == -ENOMEM || op->err == -ENOSPC)
		return op->err;
	return yt_verify_alone(op) != 0;
}

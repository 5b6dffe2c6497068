// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "exercise/attempt.h"
#include "exercise/verify.h"

int yt_attempt_init(struct yt_attempt *attempt, struct yt_exercise *exercise)
{
	init_completion(&attempt->ran);
	attempt->cpu = kzalloc(sizeof(*attempt->cpu), GFP_KERNEL);
	if (!attempt->cpu)
		return -ENOMEM;
	attempt->cpu->exercise = exercise;
	return yt_operation_init(&attempt->op, attempt->cpu, CT_CONTEXT_TASK,
				 exercise->pool.request_size);
}

void yt_attempt_free(struct yt_attempt *attempt)
{
	struct yt_operation *op = &attempt->op;

	/* In steps, to avoid the hung task warning. */
	while (op->in_flight && !wait_for_completion_timeout(&op->done, HZ))
		;
	op->in_flight = false;
	yt_operation_free(op);
	kfree(attempt->cpu);
	attempt->cpu = NULL;
}

size_t yt_attempt_memory(unsigned int request_size)
{
	return sizeof(struct yt_cpu) +
	       yt_operation_memory(request_size, false);
}

int yt_attempt_move(unsigned int cpu)
{
	return set_cpus_allowed_ptr(current, cpumask_of(cpu)) ? -ENODEV : 0;
}

static enum hrtimer_restart run_in_softirq(struct hrtimer *timer)
{
	struct yt_attempt *attempt = container_of(timer, struct yt_attempt,
						  timer);

	attempt->done = yt_operation_submit(&attempt->op);
	complete(&attempt->ran);
	return HRTIMER_NORESTART;
}

static bool submit_in_softirq(struct yt_attempt *attempt)
{
	reinit_completion(&attempt->ran);
	yt_hrtimer_setup(&attempt->timer, run_in_softirq,
			 HRTIMER_MODE_REL_PINNED_SOFT);
	hrtimer_start(&attempt->timer, ns_to_ktime(NSEC_PER_USEC),
		      HRTIMER_MODE_REL_PINNED_SOFT);
	wait_for_completion(&attempt->ran);
	/* The operation completes before the callback of the timer returns. */
	hrtimer_cancel(&attempt->timer);
	return attempt->done;
}

/*
 * Does not raise preempt_count(): in atomic context a simd instance with work in
 * its cryptd queue would queue this request too, which turns softirqs on. The
 * FPU may be used: kernel_fpu_begin() leaves softirqs alone where interrupts
 * are off.
 */
static bool submit_with_irqs_off(struct yt_attempt *attempt)
{
	unsigned long flags;
	bool done;

	local_irq_save(flags);
	done = yt_operation_submit(&attempt->op);
	local_irq_restore(flags);
	return done;
}

/*
 * Drivers of devices, and those that defer work, take locks that turn
 * softirqs on again; and with PREEMPT_RT memory comes from a lock that sleeps.
 */
static bool can_be_quiet(const struct yt_operation *op)
{
	const struct yt_subject *subject = yt_operation_subject(op);

	return !IS_ENABLED(CONFIG_PREEMPT_RT) && !subject->deferred &&
	       (!subject->async || subject->simd);
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

int yt_attempt_run(struct yt_attempt *attempt, enum yt_quiet quiet)
{
	struct yt_operation *op = &attempt->op;
	unsigned int cpu = raw_smp_processor_id();
	bool done;

	if (yt_operation_transform(op)->request_size > op->request_size)
		return -ENOMEM;
	if (quiet == YT_QUIET_IRQS_OFF && !can_be_quiet(op))
		return -EOPNOTSUPP;
	/* The context says whether the driver may sleep. */
	op->context = quiet == YT_QUIET_NOT ? CT_CONTEXT_TASK :
					      CT_CONTEXT_SOFTIRQ;
	yt_operation_prepare(op);
	switch (quiet) {
	case YT_QUIET_SOFTIRQ:
		done = submit_in_softirq(attempt);
		break;
	case YT_QUIET_IRQS_OFF:
		done = submit_with_irqs_off(attempt);
		break;
	default:
		done = yt_operation_submit(op);
		break;
	}
	if (!done && wait_for(op))
		return -ETIMEDOUT;
	if (op->cpu_before != cpu)
		return -ENODEV;
	if (!done && quiet == YT_QUIET_IRQS_OFF)
		return -EINPROGRESS;
	if (op->err == -ENOMEM || op->err == -ENOSPC)
		return op->err;
	return yt_verify_alone(op) != 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/preempt.h>
#include <linux/sched.h>
#include <asm/fpu/api.h>

#include "compat.h"
#include "cpu/clock.h"
#include "op/interrupt.h"
#include "op/operation.h"

bool yt_interrupt_fpu_nests(void)
{
	static int answer = -1;

	if (READ_ONCE(answer) < 0) {
		kernel_fpu_begin();
		/* Newer kernels keep softirqs out. */
		WRITE_ONCE(answer, !softirq_count());
		kernel_fpu_end();
	}
	return READ_ONCE(answer);
}

/*
 * Called in hardirq over a task. irq_fpu_usable() is false inside an FPU
 * section, and also wherever softirqs are off: where FPU sections leave them
 * on, the two must not be confused.
 */
static bool in_fpu_section(void)
{
	if (irq_fpu_usable())
		return false;
	return !yt_interrupt_fpu_nests() || !softirq_count();
}

bool yt_interrupt_note(struct yt_cpu *cpu)
{
	struct yt_operation *op = READ_ONCE(cpu->softirq_op);
	const struct yt_task_entry *entry;
	pid_t tgid;

	if (op) {
		/* irq_fpu_usable() over a softirq is always false. */
		op->course.interruptions++;
		return true;
	}
	entry = yt_task_map_entry(&cpu->exercise->task_map);
	/* An exerciser between its calls is to be disturbed as well. */
	if (!entry) {
		tgid = READ_ONCE(cpu->exercise->syscall_tgid);
		return tgid && tgid == current->tgid;
	}
	op = READ_ONCE(entry->op);
	if (!op || in_serving_softirq())
		return true;
	if (!op->hit)
		op->hit = yt_clock();
	op->course.interruptions++;
	if (in_fpu_section())
		op->course.fpu_hits++;
	return true;
}

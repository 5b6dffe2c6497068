// SPDX-License-Identifier: GPL-2.0-only
#include <asm/fpu/api.h>

#include "compat.h"
#include "cpu/clock.h"
#include "op/submit.h"

/* What lies below the operation at its submission. */
static void note_below(struct yt_operation *op)
{
	const struct yt_driver *driver = yt_operation_driver(op);

	op->others_in_flight = max(atomic_read(&op->cpu->outstanding), 0);
	/* Deferred work runs in a thread, where the FPU is free. */
	op->simd = driver->simd && (driver->deferred || irq_fpu_usable());
	op->live = op->context != CRYPTORTURE_CONTEXT_TASK && yt_user_registers_live();
}

bool yt_operation_submit(struct yt_operation *op)
{
	struct yt_operation *unseen = NULL;
	struct yt_operation **shown = op->context == CRYPTORTURE_CONTEXT_SOFTIRQ ?
				      &op->cpu->softirq_op :
				      op->entry ? &op->entry->op : &unseen;
	struct yt_history *history = &op->cpu->histories[op->context];
	u64 word = yt_history_op(op->driver, op->direction, yt_operation_vector(op)->index);
	bool done;
	u64 now;

	note_below(op);
	op->start = yt_clock();
	yt_history_begin(history, op->start, &word, 1);
	done = yt_submit(op, yt_operation_transform(op),
			 op->direction == CRYPTORTURE_DIRECTION_ENCRYPT, shown);
	now = yt_clock();
	/* What completes later has been with the driver until then at least. */
	yt_history_end(history, now);
	if (!done)
		return false;
	op->end = now;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/jiffies.h>

#include "cpu/cpu.h"
#include "cpu/patience.h"
#include "verify/verify.h"
#include "verify/wait.h"

bool yt_operation_overdue(const struct yt_operation *op)
{
	return yt_patience() - op->since >= YT_STUCK_SECONDS * HZ;
}

bool yt_operation_wait(struct yt_operation *op, bool (*give_up)(const struct yt_cpu *cpu))
{
	/* The wait for others may have taken that long already. */
	unsigned long timeout = yt_operation_overdue(op) ? 1 : HZ;

	while (!wait_for_completion_timeout(&op->done, timeout)) {
		timeout = HZ;
		if (!yt_operation_overdue(op))
			continue;
		yt_verify_stuck(op);
		if (give_up && give_up(op->cpu))
			return false;
	}
	return true;
}

int yt_operation_finish(struct yt_operation *op, bool (*give_up)(const struct yt_cpu *cpu))
{
	if (!op->course.async || yt_operation_wait(op, give_up))
		return 0;
	op->in_flight = true;
	op->cpu->exercise->abandoned = true;
	return -ETIME;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The moment at which an operation is the driver's. */
#ifndef CRYPTORTURE_OP_SUBMIT_H
#define CRYPTORTURE_OP_SUBMIT_H

#include <linux/sched.h>

#include "cpu/cpu.h"
#include "cpu/patience.h"
#include "op/operation.h"

/* Is it in flight now, to be completed by the callback? */
static inline bool yt_accepted(const struct yt_operation *op, int err)
{
	return err == -EINPROGRESS ||
	       (err == -EBUSY &&
		(op->args.flags & CRYPTO_TFM_REQ_MAY_BACKLOG));
}

/* Preempted, or asleep in mid-operation. */
static inline unsigned long yt_switches_of_current(void)
{
	return current->nivcsw + current->nvcsw;
}

/**
 * yt_submit() - the core of yt_operation_submit()
 * @op: prepared, with no error so far; nesting has been determined
 * @transform: of the operation
 * @encrypt: its direction
 * @shown: where interrupts find it
 *
 * Inline, for the speed of chains. The caller records when it began and
 * ended; for a later completion the callback does.
 *
 * Return: as yt_operation_submit().
 */
static __always_inline bool yt_submit(struct yt_operation *op,
				      const struct yt_transform *transform,
				      bool encrypt, struct yt_operation **shown)
{
	unsigned long switches = yt_switches_of_current();
	int err;

	atomic_set(&op->outstanding, 1);
	op->cpu_before = raw_smp_processor_id();
	/* Seen by interrupts over us only: the compiler must not move it. */
	WRITE_ONCE(*shown, op);
	barrier();
	err = yt_request_submit(op->request, transform, encrypt);
	barrier();
	WRITE_ONCE(*shown, NULL);
	op->course.preemptions = yt_switches_of_current() - switches;
	if (unlikely(err) && yt_accepted(op, err)) {
		/* The callback may have come already; it does not touch this. */
		op->course.async = true;
		op->since = yt_patience();
		/* Below 0 for a moment then. */
		atomic_inc(&op->cpu->outstanding);
		return false;
	}
	/*
	 * Nearly all operations come here, so no locked instruction is used. A callback that
	 * comes between the two is a fault of the driver, and most
	 * of those come at other moments.
	 */
	if (likely(atomic_read(&op->outstanding))) {
		atomic_set(&op->outstanding, 0);
	} else {
		op->spurious = true;
		atomic_inc(&op->cpu->outstanding);
	}
	if (unlikely(err))
		op->err = err;
	op->cpu_after = raw_smp_processor_id();
	return true;
}

/**
 * yt_operation_submit() - submit the request to the driver
 * @op: prepared
 *
 * In the operation's own context.
 *
 * Return: true when it is done, false when it completes later.
 */
bool yt_operation_submit(struct yt_operation *op);

#endif /* CRYPTORTURE_OP_SUBMIT_H */

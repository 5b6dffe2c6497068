/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for requests that drivers complete later, or never. */
#ifndef CRYPTORTURE_VERIFY_WAIT_H
#define CRYPTORTURE_VERIFY_WAIT_H

#include "op/operation.h"

/* A request that is not completed within this is a mismatch. */
#define YT_STUCK_SECONDS	10

/**
 * yt_operation_wait() - wait until a submitted operation is done
 * @op: submitted
 * @give_up: asked between waits; may be NULL
 *
 * Process context. Notes a request that is stuck as a mismatch.
 *
 * Return: true when it is done; false when @give_up said so: then the driver
 * still owns request and buffers.
 */
bool yt_operation_wait(struct yt_operation *op, bool (*give_up)(const struct yt_cpu *cpu));

/**
 * yt_operation_overdue() - was a request in flight for YT_STUCK_SECONDS?
 * @op: submitted, not done
 *
 * By yt_patience(), so this has to be called at least once a second. Any context.
 */
bool yt_operation_overdue(const struct yt_operation *op);

/*
 * yt_operation_wait() if it has to be, in a run. Return: 0, or -ETIME when the
 * driver still has it: then the run is abandoned.
 */
int yt_operation_finish(struct yt_operation *op, bool (*give_up)(const struct yt_cpu *cpu));

#endif /* CRYPTORTURE_VERIFY_WAIT_H */

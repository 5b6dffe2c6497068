/* SPDX-License-Identifier: GPL-2.0-only */
/* Which operations were under way while another one was. */
#ifndef CRYPTORTURE_VERIFY_CONCURRENT_H
#define CRYPTORTURE_VERIFY_CONCURRENT_H

#include "evidence/mismatch.h"
#include "op/operation.h"

/**
 * yt_concurrent_find() - operations that overlapped in time with this one
 * @op: complete, and just checked; submitted by the CPU that calls
 * @list: where to; those of its own driver first
 * @max: room in @list
 *
 * Looks at what its own CPU ran lately in other contexts, and at what up to 16 other CPUs
 * did. What a driver completes later is seen until the call returns only. Between CPUs, time
 * stamp counters are compared. Any context but hardirq and NMI.
 *
 * Return: how many there are in @list.
 */
unsigned int yt_concurrent_find(const struct yt_operation *op, struct yt_concurrent *list,
				unsigned int max);

/* Was one of them of the same driver? */
bool yt_concurrent_same_driver(const struct yt_operation *op);

#endif /* CRYPTORTURE_VERIFY_CONCURRENT_H */

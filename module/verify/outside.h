/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes of an operation that are no output, and were changed all the same. */
#ifndef CRYPTORTURE_VERIFY_OUTSIDE_H
#define CRYPTORTURE_VERIFY_OUTSIDE_H

#include "evidence/mismatch.h"
#include "op/operation.h"

/**
 * yt_outside_find() - find the first of them
 * @op: done, and checked: its source is its vector's again
 * @what: bits of enum cryptorture_what, of which CRYPTORTURE_WHAT_SOURCE and CRYPTORTURE_WHAT_GUARD
 *	count
 * @change: where to; its len is 0 when nothing is to be seen any more
 *
 * Any context.
 */
void yt_outside_find(const struct yt_operation *op, u32 what,
		     struct yt_change *change);

#endif /* CRYPTORTURE_VERIFY_OUTSIDE_H */

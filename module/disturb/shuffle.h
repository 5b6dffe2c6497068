/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shuffle disturber: workers, and by the control program exercisers,
 * are moved to other CPUs, also in the middle of an operation.
 */
#ifndef CRYPTORTURE_DISTURB_SHUFFLE_H
#define CRYPTORTURE_DISTURB_SHUFFLE_H

#include <linux/types.h>

/* Add moves of threads that the control program has made. Any context. */
void yt_shuffle_add(u64 moves);

#endif /* CRYPTORTURE_DISTURB_SHUFFLE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The membarrier disturber: barriers and TLB shootdowns, which interrupt every
 * CPU that runs a thread of the same process. The exercisers of the control
 * program do it; the module only counts.
 */
#ifndef CRYPTORTURE_DISTURB_MEMBARRIER_H
#define CRYPTORTURE_DISTURB_MEMBARRIER_H

#include <linux/types.h>

/* Add barriers that the control program has made. Any context. */
void yt_membarrier_add(u64 barriers);

#endif /* CRYPTORTURE_DISTURB_MEMBARRIER_H */

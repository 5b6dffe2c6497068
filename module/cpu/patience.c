// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "cpu/patience.h"

static atomic_long_t asked;	/* jiffies of the last read */
static atomic_long_t patience;

unsigned long yt_patience(void)
{
	long now = jiffies, before = atomic_long_read(&asked);

	/* Written once a jiffy: the first reader does it. */
	if (now != before &&
	    atomic_long_cmpxchg(&asked, before, now) == before)
		atomic_long_add(min_t(unsigned long, now - before, HZ),
				&patience);
	return atomic_long_read(&patience);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hash.h>
#include <linux/jiffies.h>

#include "vectors/meeting.h"

/* One choice in so many. */
#define SHARE	8
/* Longer than most batches, so that all come before it is over. */
#define LASTS	(HZ / 16 + 1)

u32 yt_meeting_draw(struct yt_random *random)
{
	if (yt_random_below(random, SHARE))
		return 0;
	return hash_32((u32)(jiffies / LASTS), 32) | 1;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>

#include "disturb/disturber.h"
#include "disturb/membarrier.h"

static atomic64_t done;

void yt_membarrier_add(u64 barriers)
{
	atomic64_add(barriers, &done);
}

static u64 count(void)
{
	return atomic64_read(&done);
}

static const char *impossible(const struct yt_exercise *exercise)
{
	return exercise->config.exercisers ? NULL :
	       "exercisers do it, and the run has none: use 'cryptorture run'";
}

static int start(struct yt_exercise *exercise)
{
	atomic64_set(&done, 0);
	return 0;
}

const struct yt_disturber_ops yt_membarrier_disturber = {
	.name		= "membarrier",
	.unit		= "barriers and TLB shootdowns by exercisers",
	.impossible	= impossible,
	.start		= start,
	.count		= count,
};

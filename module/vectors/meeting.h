/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An SA has one transform, which all CPUs and contexts may use at once. Choices made apart
 * would seldom use the same one of so many; so now and then all choose the one whose turn
 * it is.
 */
#ifndef CRYPTORTURE_VECTORS_MEETING_H
#define CRYPTORTURE_VECTORS_MEETING_H

#include "packet/random.h"
#include "vectors/pool.h"

/**
 * yt_meeting_draw() - take part?
 * @random: the caller's numbers
 *
 * Any context. Return: 0 to choose freely, as mostly; else what to choose by: for some
 * tens of milliseconds the same number for all.
 */
u32 yt_meeting_draw(struct yt_random *random);

/* Of a number that is not 0: which algorithm, slot of the pool, and transform. */
static inline struct yt_pool_group *yt_meeting_group(struct yt_pool *pool,
						     u32 meeting)
{
	/* The lowest bit only says that there is one. */
	return &pool->groups[(meeting >> 1) % pool->count];
}

static inline u32 yt_meeting_slot(u32 meeting)
{
	return meeting >> 8;
}

static inline unsigned int yt_meeting_transform(const struct yt_pool_group *group,
						u32 meeting)
{
	return (meeting >> 16) % group->count;
}

#endif /* CRYPTORTURE_VECTORS_MEETING_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The thread that fills a pool and replaces its bundles; yt_pool_start() and
 * yt_pool_stop() of vectors/pool are its beginning and end. Here is what it needs of
 * the pool; all of it in process context, and none while the thread is on but by it.
 */
#ifndef CRYPTORTURE_VECTORS_REFRESH_H
#define CRYPTORTURE_VECTORS_REFRESH_H

#include "vectors/pool.h"

/* Does any reader use it? */
bool yt_pool_in_use(struct yt_pool *pool, const struct yt_bundle *bundle);
/* Free one that is not used any more. */
void yt_pool_drop(struct yt_pool *pool, struct yt_bundle *bundle);

/**
 * yt_pool_make() - make the next bundle of an algorithm
 * @pool: the pool
 * @group: the algorithm
 * @old: whose transforms it gets, or NULL; see struct yt_bundle_spec
 * @failed: as of yt_bundle_make()
 *
 * Return: as yt_bundle_make().
 */
struct yt_bundle *yt_pool_make(struct yt_pool *pool,
			       struct yt_pool_group *group,
			       struct yt_bundle *old,
			       const struct yt_subject **failed);
/* Put it into the next slot that is empty; there is one. */
void yt_pool_fill(struct yt_pool *pool, struct yt_pool_group *group,
		  struct yt_bundle *bundle);

#endif /* CRYPTORTURE_VECTORS_REFRESH_H */

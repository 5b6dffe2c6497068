/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The thread that fills a pool and replaces its bundles; ct_pool_start() and
 * ct_pool_stop() of exercise/pool are its beginning and end. Here is what it needs of
 * the pool; all of it in process context, and none while the thread is on but by it.
 */
#ifndef CRYPTORTURE_EXERCISE_REFRESH_H
#define CRYPTORTURE_EXERCISE_REFRESH_H

#include "exercise/pool.h"

/* Does any reader use it? */
bool ct_pool_in_use(struct ct_pool *pool, const struct ct_bundle *bundle);
/* Free one that is not used any more. */
void ct_pool_drop(struct ct_pool *pool, struct ct_bundle *bundle);

/**
 * ct_pool_make() - make the next bundle of an algorithm
 * @pool: the pool
 * @group: the algorithm
 * @old: whose transforms it gets, or NULL; see struct ct_bundle_spec
 * @failed: as of ct_bundle_make()
 *
 * Return: as ct_bundle_make().
 */
struct ct_bundle *ct_pool_make(struct ct_pool *pool,
			       struct ct_pool_group *group,
			       struct ct_bundle *old,
			       const struct ct_subject **failed);
/* Put it into the next slot that is empty; there is one. */
void ct_pool_fill(struct ct_pool *pool, struct ct_pool_group *group,
		  struct ct_bundle *bundle);

#endif /* CRYPTORTURE_EXERCISE_REFRESH_H */

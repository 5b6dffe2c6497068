/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread that fills a pool and replaces its test SAs. */
#ifndef CRYPTORTURE_VECTORS_REFRESH_H
#define CRYPTORTURE_VECTORS_REFRESH_H

#include "vectors/pool.h"

/* Start to fill and replace in the background. Return: 0 or a negative errno. */
int yt_refresh_start(struct yt_pool *pool);
/* Stop it. Idempotent. Workers and replays have stopped before. */
void yt_refresh_stop(struct yt_pool *pool);

#endif /* CRYPTORTURE_VECTORS_REFRESH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first mismatches of each kind are run again, at once and in several ways,
 * by a thread of the run: does it repeat, where, with what? The results go
 * into the record, and count neither as operations nor as mismatches.
 */
#ifndef CRYPTORTURE_REPRO_REPLAY_H
#define CRYPTORTURE_REPRO_REPLAY_H

#include "cpu/cpu.h"

/**
 * yt_replay_make() - allocate what replays of a run need
 * @exercise: the run, with all its other readers of the pool
 *
 * Process context. Return: 0, or -ENOMEM; yt_replay_free() is right after
 * either.
 */
int yt_replay_make(struct yt_exercise *exercise);
/* After yt_replay_finish(). Waits for a request that a driver has kept. */
void yt_replay_free(struct yt_exercise *exercise);
/* Bytes that they hold. */
size_t yt_replay_memory(const struct yt_exercise *exercise);

/* Process context. Return: 0 or a negative errno. */
int yt_replay_start(struct yt_exercise *exercise);

/**
 * yt_replay_finish() - take no more, and do those that wait
 * @exercise: the run, still on, so that its disturbers are too
 *
 * Gives up those that are not done after 5 s. No record says "pending" after it.
 * Idempotent; process context.
 */
void yt_replay_finish(struct yt_exercise *exercise);

#endif /* CRYPTORTURE_REPRO_REPLAY_H */

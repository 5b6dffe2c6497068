/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first mismatches of each kind are run again, at once and in several ways,
 * by a thread of the run: does it repeat, where, with what? The results go
 * into the record, and count neither as operations nor as mismatches.
 */
#ifndef CRYPTORTURE_EXERCISE_REPLAY_H
#define CRYPTORTURE_EXERCISE_REPLAY_H

#include "exercise/cpu.h"

struct yt_replay_slot;

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

/**
 * yt_replay_take() - shall this mismatch be run again?
 * @op: the operation, which holds its bundle until yt_replay_queue()
 * @what: bits of enum yt_what
 * @state: for the record
 *
 * Any context but NMI and hardirq.
 *
 * Return: what to call yt_replay_queue() with when the record is made, or NULL.
 */
struct yt_replay_slot *yt_replay_take(const struct yt_operation *op, u32 what,
				      enum yt_replay_state *state);

/**
 * yt_replay_queue() - run it again soon
 * @exercise: the run
 * @slot: of yt_replay_take(); not to be used afterwards
 * @number: of the record; 0: there is none, so forget about it
 */
void yt_replay_queue(struct yt_exercise *exercise, struct yt_replay_slot *slot,
		     u64 number);

#endif /* CRYPTORTURE_EXERCISE_REPLAY_H */

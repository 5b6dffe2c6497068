/* SPDX-License-Identifier: GPL-2.0-only */
/* In which ways a packet is run again: enum yt_way, one after the other. */
#ifndef CRYPTORTURE_EXERCISE_WAY_H
#define CRYPTORTURE_EXERCISE_WAY_H

#include "exercise/attempt.h"

/**
 * struct yt_case - what is run again
 * @bundle: in use for as long as it is
 * @transform: number of the transform in the bundle
 * @vector: number of the vector in the bundle
 * @driver: number of the driver in the run's plan
 * @direction: what was done
 * @layout: how the buffers lay
 * @context: of the operation
 * @cpu: where it began
 * @payload_len: of the vector; 0: as the seed and the run's sizes have it
 */
struct yt_case {
	struct yt_bundle *bundle;
	unsigned int transform;
	unsigned int vector;
	unsigned int driver;
	enum yt_direction direction;
	struct yt_layout layout;
	enum yt_context context;
	unsigned int cpu;
	unsigned int payload_len;
};

/**
 * struct yt_ways - context for running a packet in several ways
 * @exercise: the run
 * @attempt: with the operation. When that is in flight for good, because a driver
 *	     does not complete it, no more can be run
 * @made: a new bundle, or NULL
 * @outcomes: of what was run last; its state is the caller's
 */
struct yt_ways {
	struct yt_exercise *exercise;
	struct yt_attempt attempt;
	struct yt_bundle *made;
	struct yt_outcomes outcomes;
};

/**
 * yt_ways_init() - allocate
 * @ways: zeroed
 * @exercise: the run, with its pool
 *
 * Process context. Return: 0, or -ENOMEM; yt_ways_free() is right after either.
 */
int yt_ways_init(struct yt_ways *ways, struct yt_exercise *exercise);
/* Waits for a request that a driver has kept. Process context. */
void yt_ways_free(struct yt_ways *ways);

/**
 * yt_ways_run() - run it in every way
 * @ways: nothing in flight
 * @of: what
 *
 * In a kernel thread, which it moves about; takes well under a second. Ends early
 * when that is to stop.
 */
void yt_ways_run(struct yt_ways *ways, const struct yt_case *of);

#endif /* CRYPTORTURE_EXERCISE_WAY_H */

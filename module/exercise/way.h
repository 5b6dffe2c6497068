/* SPDX-License-Identifier: GPL-2.0-only */
/* In which ways a packet is run again: enum ct_way, one after the other. */
#ifndef CRYPTORTURE_EXERCISE_WAY_H
#define CRYPTORTURE_EXERCISE_WAY_H

#include "exercise/attempt.h"

/**
 * struct ct_case - what is run again
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
struct ct_case {
	struct ct_bundle *bundle;
	unsigned int transform;
	unsigned int vector;
	unsigned int driver;
	enum ct_direction direction;
	struct ct_layout layout;
	enum ct_context context;
	unsigned int cpu;
	unsigned int payload_len;
};

/**
 * struct ct_ways - what it takes
 * @exercise: the run
 * @attempt: with the operation. When that is in flight for good, because a driver
 *	     does not give it back, no more can be run
 * @made: a bundle made anew, or NULL
 * @outcomes: of what was run last; its state is the caller's
 */
struct ct_ways {
	struct ct_exercise *exercise;
	struct ct_attempt attempt;
	struct ct_bundle *made;
	struct ct_outcomes outcomes;
};

/**
 * ct_ways_init() - allocate
 * @ways: zeroed
 * @exercise: the run, with its pool
 *
 * Process context. Return: 0, or -ENOMEM; ct_ways_free() is right after either.
 */
int ct_ways_init(struct ct_ways *ways, struct ct_exercise *exercise);
/* Waits for a request that a driver has kept. Process context. */
void ct_ways_free(struct ct_ways *ways);

/**
 * ct_ways_run() - run it in every way
 * @ways: nothing in flight
 * @of: what
 *
 * In a kernel thread, which it moves about; takes well under a second. Ends early
 * when that is to stop.
 */
void ct_ways_run(struct ct_ways *ways, const struct ct_case *of);

#endif /* CRYPTORTURE_EXERCISE_WAY_H */

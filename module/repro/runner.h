/* SPDX-License-Identifier: GPL-2.0-only */
/* In which ways a packet is run again: enum cryptorture_way, one after the other. */
#ifndef CRYPTORTURE_REPRO_RUNNER_H
#define CRYPTORTURE_REPRO_RUNNER_H

#include "repro/single.h"
#include "verify/replay_queue.h"

/**
 * struct yt_replay_runner - context for running a packet in several ways
 * @exercise: the run
 * @single: with the operation. When that is in flight for good, because a driver
 *	     does not complete it, no more can be run
 * @made: a new test SA, or NULL
 * @outcomes: of what was run last; its state is the caller's
 */
struct yt_replay_runner {
	struct yt_exercise *exercise;
	struct yt_replay_single single;
	struct yt_test_sa *made;
	struct yt_outcomes outcomes;
};

/**
 * yt_replay_runner_init() - allocate
 * @runner: zeroed
 * @exercise: the run, with its pool
 *
 * Process context. Return: 0, or -ENOMEM; yt_replay_runner_free() is right after either.
 */
int yt_replay_runner_init(struct yt_replay_runner *runner, struct yt_exercise *exercise);
/* Waits for a request that is not completed. Process context. */
void yt_replay_runner_free(struct yt_replay_runner *runner);

/**
 * yt_replay_run() - run it in every way
 * @runner: nothing in flight
 * @packet: what
 *
 * In a kernel thread, which it moves about; takes well under a second. Ends early
 * when that is to stop.
 */
void yt_replay_run(struct yt_replay_runner *runner, const struct yt_replay_case *packet);

#endif /* CRYPTORTURE_REPRO_RUNNER_H */

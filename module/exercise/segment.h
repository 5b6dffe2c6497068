/* SPDX-License-Identifier: GPL-2.0-only */
/* A segment of a chain: an encryption and a decryption in each lane, and their checks. */
#ifndef CRYPTORTURE_EXERCISE_SEGMENT_H
#define CRYPTORTURE_EXERCISE_SEGMENT_H

#include "exercise/chain.h"

/**
 * struct yt_progress - progress of a chain
 * @made: operations
 * @first: of @made, those of earlier segments
 * @counted: of @made, those that are counted
 * @cpu: where those of earlier segments were made that are not counted yet
 * @settled: operations whose result is final
 * @proven: operations that are settled once the next encryptions are right
 * @segments: complete ones
 * @over: no further segment
 * @eventful: one has more to count than that it was right
 * @wrong: an operation was wrong, and is recorded
 * @began: yt_clock() at the beginning of the segment
 * @now: a recent yt_clock()
 * @end: yt_clock() after which no further segment begins
 * @err: -ETIME when a request was not completed
 */
struct yt_progress {
	unsigned int made;
	unsigned int first;
	unsigned int counted;
	unsigned int cpu;
	unsigned int settled;
	unsigned int proven;
	unsigned int segments;
	bool over;
	bool eventful;
	bool wrong;
	u64 began;
	u64 now;
	u64 end;
	int err;
};

/**
 * yt_segment_run() - run the next segment, check it, record what is wrong
 * @chain: laid
 * @progress: of the chain
 * @spec: its own
 * @give_up: asked at the end, and while a driver keeps a request; or NULL
 *
 * Process context, on the worker's CPU.
 */
void yt_segment_run(struct yt_chain *chain, struct yt_progress *progress,
		    const struct yt_chain_spec *spec, bool (*give_up)(const struct yt_cpu *cpu));

#endif /* CRYPTORTURE_EXERCISE_SEGMENT_H */

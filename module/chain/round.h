/* SPDX-License-Identifier: GPL-2.0-only */
/* A segment of a chain: an encryption and a decryption in each lane, and the looks. */
#ifndef CRYPTORTURE_CHAIN_ROUND_H
#define CRYPTORTURE_CHAIN_ROUND_H

#include "chain/chain.h"

/**
 * struct yt_progress - how far a chain has come
 * @made: operations
 * @first: of @made, those of earlier segments
 * @counted: of @made, those that are counted
 * @cpu: where those of earlier segments were made that are not counted yet
 * @settled: operations that nothing more will come to light about
 * @proven: operations that are settled once the next encryptions are right
 * @segments: that are behind
 * @over: no further segment
 * @eventful: there is more to be told of one than that it was right
 * @wrong: something was, and that is recorded
 * @began: yt_clock() at the beginning of the segment
 * @now: yt_clock(), not long ago
 * @end: yt_clock() when there is to be no further one
 * @err: -ETIME when a driver has kept a request
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

#endif /* CRYPTORTURE_CHAIN_ROUND_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* A round of a chain: an encryption and a decryption in each stream, and their checks. */
#ifndef CRYPTORTURE_CHAIN_ROUND_H
#define CRYPTORTURE_CHAIN_ROUND_H

#include <linux/time64.h>

#include "evidence/compare.h"
#include "op/operation.h"

struct yt_cpu;

/**
 * struct yt_chain_checks - expected values for the checks of a chain
 * @vector: the packet of all of them
 * @iv: words that each request begins with
 * @iv_after: words that it has to end with
 * @iv_known: they are known
 * @end: length of an image, with room for an ICV
 * @seen: bytes before the end that are checked after each encryption: an ICV, a
 *	  last block, or the whole text
 * @expected: what has to be there
 * @few: two words that may overlap cover them
 * @first: the first word of @expected
 * @last: its last word
 * @carried: a wrong text may go on through decryption and encryption unseen
 */
struct yt_chain_checks {
	const struct yt_vector *vector;
	u64 iv[YT_MAX_IV / 8];
	u64 iv_after[YT_MAX_IV / 8];
	bool iv_known;
	unsigned int end;
	unsigned int seen;
	const u8 *expected;
	bool few;
	u64 first;
	u64 last;
	bool carried;
};

/**
 * struct yt_chain_op - one place in a chain, which comes round again
 * @op: the operation
 * @transform: of the operation
 * @iv: of the request
 * @image: that it writes
 * @end: where that ends, with room for an ICV
 */
struct yt_chain_op {
	struct yt_operation op;
	const struct yt_transform *transform;
	u8 *iv;
	u8 *image;
	u8 *end;
};

/*
 * Before each turn, of a request that has been seen to be as it was set. Where a text ends,
 * the ICV of an older image would lie.
 */
static __always_inline void yt_chain_op_ready(struct yt_chain_op *chain_op,
					      const struct yt_chain_checks *checks,
					      bool encrypt)
{
	unsigned int icv = encrypt ? 0 : checks->vector->icv_len;

	memcpy(chain_op->iv, checks->iv, YT_MAX_IV);
	if (icv)
		yt_poison_few(chain_op->end - icv, icv);
}

/**
 * yt_chain_op_right() - the first check, of the bytes that depend on the whole text
 * @chain_op: its operation is complete
 * @checks: of its chain
 * @encrypt: its direction
 */
static __always_inline bool yt_chain_op_right(const struct yt_chain_op *chain_op,
					      const struct yt_chain_checks *checks,
					      bool encrypt)
{
	u64 diff = 0;

	if (checks->iv_known)
		diff = (checks->iv_after[0] ^ yt_word(chain_op->iv)) |
		       (checks->iv_after[1] ^ yt_word(chain_op->iv + 8));
	if (!encrypt)
		return !diff;
	if (unlikely(!checks->few))
		return !diff && yt_same(checks->expected,
					chain_op->end - checks->seen, checks->seen);
	return !(diff | (checks->first ^ yt_word(chain_op->end - checks->seen)) |
		 (checks->last ^ yt_word(chain_op->end - 8)));
}

/*
 * The second check, of the bytes around the text: the image that it wrote has
 * been written to by no later one. First where all have something, then where only
 * those with a head and an ICV do. 0 when nothing differs.
 */
static __always_inline u64 yt_chain_op_guards_differ(const struct yt_chain_op *chain_op,
						     bool aead)
{
	return yt_guard_near_differs(chain_op->image, chain_op->end) |
	       yt_request_place_differs(chain_op->op.request, aead,
					&chain_op->op.args) |
	       READ_ONCE(chain_op->op.spurious);
}

static __always_inline u64 yt_chain_op_ends_differ(const struct yt_chain_op *chain_op,
						   const struct yt_vector *vector)
{
	unsigned int room = chain_op->op.direction == CRYPTORTURE_DIRECTION_ENCRYPT ? 0 :
							       vector->icv_len;
	u64 head = !yt_same_few(vector->plain, chain_op->image, vector->head_len);
	u64 end = !yt_poisoned_few(chain_op->end - room, room);

	return head | end; /* both, without a branch */
}

/* Both, and what it is: bits of enum cryptorture_what. */
u32 yt_chain_op_check_guards(struct yt_chain_op *chain_op, const struct yt_chain_checks *checks);

/* The most of each. */
#define YT_CHAIN_IMAGES		24
#define YT_CHAIN_OPS		(2 * YT_CHAIN_IMAGES)
/* So long that laying it weighs little; slow drivers meet the time before. */
#define YT_CHAIN_LENGTH		4800
#define YT_CHAIN_NS		(20 * NSEC_PER_MSEC)

/**
 * struct yt_chain - the chain of a worker
 * @pages: their memory
 * @images: where they lie; those of a stage are neighbours
 * @ops: number n reads image n and writes that of the next stage; there is one
 *	   from each image to the next of its stream, in either direction
 * @past: yt_history_op() of each of them
 * @streams: how many there are
 * @stages: of which images are kept
 * @checks: what all chain operations are checked for
 * @shown: where interrupts find the operation
 * @injecting: bits are flipped on request
 * @flooded: so often that one could hide another
 * @wrong: something was, in the last run of it, and that is recorded
 * @spent: yt_clock() of operations with the checks of each, by direction, for
 *	   benchmarks
 * @done: operations in @spent; not all of them
 */
struct yt_chain {
	u8 *pages[YT_CHAIN_IMAGES];
	struct yt_buffer images[YT_CHAIN_IMAGES];
	struct yt_chain_op *ops;
	u64 past[YT_CHAIN_OPS];
	unsigned int streams;
	unsigned int stages;
	struct yt_chain_checks checks;
	struct yt_operation **shown;
	bool injecting;
	bool flooded;
	bool wrong;
	u64 spent[__CRYPTORTURE_DIRECTION_MAX];
	u64 done[__CRYPTORTURE_DIRECTION_MAX];
};

/* Links and images come round again. */
static inline struct yt_chain_op *yt_chain_op_at(struct yt_chain *chain,
						 unsigned int number)
{
	return &chain->ops[number % (2 * chain->stages * chain->streams)];
}

static inline struct yt_buffer *yt_chain_image(struct yt_chain *chain,
					       unsigned int number)
{
	return &chain->images[number % (chain->stages * chain->streams)];
}

/* Of an operation; it reads the image of this number. */
static inline enum cryptorture_direction yt_chain_direction(const struct yt_chain *chain,
							    unsigned int number)
{
	return number / chain->streams % 2 ? CRYPTORTURE_DIRECTION_DECRYPT :
	       CRYPTORTURE_DIRECTION_ENCRYPT;
}

/**
 * struct yt_chain_spec - which chain
 * @test_sa: in use by the worker's own operation
 * @group: of the test SA, one that suits
 * @offset: of the images behind a 16-byte boundary
 * @vector: number of a packet that fits
 * @limit: end after so many nanoseconds
 * @metered: add to what the chain has spent
 * @strict: read the clock after each operation, so that it is not much longer
 */
struct yt_chain_spec {
	struct yt_test_sa *test_sa;
	const struct yt_pool_group *group;
	u8 offset;
	unsigned int vector;
	u64 limit;
	bool metered;
	bool strict;
};

/**
 * struct yt_progress - progress of a chain
 * @made: operations
 * @first: of @made, those of earlier rounds
 * @counted: of @made, those that are counted
 * @cpu: where those of earlier rounds were made that are not counted yet
 * @settled: operations whose result is final
 * @proven: operations that are settled once the next encryptions are right
 * @rounds: complete ones
 * @over: no further round
 * @eventful: one has more to count than that it was right
 * @wrong: an operation was wrong, and is recorded
 * @began: yt_clock() at the beginning of the round
 * @now: a recent yt_clock()
 * @end: yt_clock() after which no further round begins
 * @err: -ETIME when a request was not completed
 */
struct yt_progress {
	unsigned int made;
	unsigned int first;
	unsigned int counted;
	unsigned int cpu;
	unsigned int settled;
	unsigned int proven;
	unsigned int rounds;
	bool over;
	bool eventful;
	bool wrong;
	u64 began;
	u64 now;
	u64 end;
	int err;
};

/**
 * yt_round_run() - run the next round, check it, record what is wrong
 * @chain: laid
 * @progress: of the chain
 * @spec: its own
 * @give_up: asked at the end, and while a driver keeps a request; or NULL
 *
 * Process context, on the worker's CPU.
 */
void yt_round_run(struct yt_chain *chain, struct yt_progress *progress,
		  const struct yt_chain_spec *spec, bool (*give_up)(const struct yt_cpu *cpu));

#endif /* CRYPTORTURE_CHAIN_ROUND_H */

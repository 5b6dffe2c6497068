/* SPDX-License-Identifier: GPL-2.0-only */
/* A link: one place in a chain, and what is looked at there. */
#ifndef CRYPTORTURE_EXERCISE_LINK_H
#define CRYPTORTURE_EXERCISE_LINK_H

#include "evidence/compare.h"
#include "exercise/operation.h"

/**
 * struct yt_looks - expected values for the checks of a chain
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
struct yt_looks {
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
 * struct yt_link - one place in a chain, which comes round again
 * @op: the operation
 * @transform: of the operation
 * @iv: of the request
 * @image: that it writes
 * @end: where that ends, with room for an ICV
 */
struct yt_link {
	struct yt_operation op;
	const struct yt_transform *transform;
	u8 *iv;
	u8 *image;
	u8 *end;
};

/* Any context. */
void yt_looks_set(struct yt_looks *looks, const struct yt_vector *vector,
		  const struct yt_algorithm *alg);

/**
 * yt_link_set() - join two images by an operation
 * @link: what it is to do has been drawn, and its layout is known
 * @from: image that it reads; lent, not owned
 * @to: image that it writes; likewise
 *
 * Process context.
 */
void yt_link_set(struct yt_link *link, const struct yt_buffer *from,
		 const struct yt_buffer *to);

/*
 * Before each turn, of a request that has been seen to be as it was set. Where a text ends,
 * the ICV of an older image would lie.
 */
static __always_inline void yt_link_ready(struct yt_link *link,
					  const struct yt_looks *looks,
					  bool encrypt)
{
	unsigned int icv = encrypt ? 0 : looks->vector->icv_len;

	memcpy(link->iv, looks->iv, YT_MAX_IV);
	if (icv)
		yt_poison_few(link->end - icv, icv);
}

/**
 * yt_link_right() - the first check, of the bytes that depend on the whole text
 * @link: its operation is complete
 * @looks: of its chain
 * @encrypt: its direction
 */
static __always_inline bool yt_link_right(const struct yt_link *link,
					  const struct yt_looks *looks,
					  bool encrypt)
{
	u64 diff = 0;

	if (looks->iv_known)
		diff = (looks->iv_after[0] ^ yt_word(link->iv)) |
		       (looks->iv_after[1] ^ yt_word(link->iv + 8));
	if (!encrypt)
		return !diff;
	if (unlikely(!looks->few))
		return !diff && yt_same(looks->expected,
					link->end - looks->seen, looks->seen);
	return !(diff | (looks->first ^ yt_word(link->end - looks->seen)) |
		 (looks->last ^ yt_word(link->end - 8)));
}

/*
 * The second check, of the bytes around the text: the image that it wrote has
 * been written to by no later one. First where all have something, then where only
 * those with a head and an ICV do. 0 when nothing differs.
 */
static __always_inline u64 yt_link_guards_differ(const struct yt_link *link,
						 bool aead)
{
	return yt_guard_near_differs(link->image, link->end) |
	       yt_request_place_differs(link->op.request, aead,
					&link->op.args) |
	       READ_ONCE(link->op.spurious);
}

static __always_inline u64 yt_link_ends_differ(const struct yt_link *link,
					       const struct yt_vector *vector)
{
	unsigned int room = link->op.direction == CT_ENCRYPT ? 0 :
							       vector->icv_len;
	u64 head = !yt_same_few(vector->plain, link->image, vector->head_len);
	u64 end = !yt_poisoned_few(link->end - room, room);

	return head | end; /* both, without a branch */
}

/* Both, and what it is: bits of enum yt_what. */
u32 yt_link_look_around(struct yt_link *link, const struct yt_looks *looks);

#endif /* CRYPTORTURE_EXERCISE_LINK_H */

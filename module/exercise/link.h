/* SPDX-License-Identifier: GPL-2.0-only */
/* A link: one place in a chain, and what is looked at there. */
#ifndef CRYPTORTURE_EXERCISE_LINK_H
#define CRYPTORTURE_EXERCISE_LINK_H

#include "evidence/compare.h"
#include "exercise/operation.h"

/**
 * struct ct_link - one place in a chain, which comes round again
 * @op: the operation
 * @iv: of the request
 * @image: that it writes
 * @end: length of an image, with room for an ICV
 * @seen: what is looked at in it after each encryption
 * @seen_len: bytes of it; 0 after a decryption
 * @expected: what has to be there
 * @room: in @image, of an ICV behind a decrypted text
 * @room_len: bytes of it; 0 after an encryption
 */
struct ct_link {
	struct ct_operation op;
	u8 *iv;
	u8 *image;
	unsigned int end;
	const u8 *seen;
	unsigned int seen_len;
	const u8 *expected;
	u8 *room;
	unsigned int room_len;
};

/**
 * ct_link_set() - join two images by an operation
 * @link: what it is to do has been drawn, and its layout is known
 * @from: image that it reads; lent, not owned
 * @to: image that it writes; likewise
 *
 * Process context.
 */
void ct_link_set(struct ct_link *link, const struct ct_buffer *from,
		 const struct ct_buffer *to);

/**
 * ct_link_ready() - before each turn
 * @link: set
 * @iv: CT_MAX_IV bytes, for the request
 */
static inline void ct_link_ready(struct ct_link *link, const u8 *iv)
{
	memcpy(link->iv, iv, CT_MAX_IV);
	/* Where a text ends, the ICV of an older image would lie. */
	if (link->room_len)
		ct_poison_few(link->room, link->room_len);
}

/**
 * ct_link_right() - the first look, at what tells of the text
 * @link: its operation is back
 * @iv_after: CT_MAX_IV bytes that the request must have now, or NULL
 */
static inline bool ct_link_right(const struct ct_link *link, const u8 *iv_after)
{
	return (!iv_after || ct_same_few(iv_after, link->iv, CT_MAX_IV)) &&
	       (!link->seen_len ||
		ct_same_few(link->expected, link->seen, link->seen_len));
}

/**
 * ct_link_look_around() - the second, at what there is around the text
 * @link: the image that it wrote has been written to by no later one
 * @vector: its packet
 *
 * Return: bits of enum ct_what.
 */
static __always_inline u32 ct_link_look_around(struct ct_link *link,
					       const struct ct_vector *vector)
{
	u32 what = 0;

	if (!ct_same_few(vector->plain, link->image, vector->head_len))
		what = BIT(CT_WHAT_HEADER);
	if (!ct_guard_near_intact(link->image, link->image + link->end) ||
	    !ct_poisoned_few(link->room, link->room_len))
		what |= BIT(CT_WHAT_GUARD);
	if (unlikely(READ_ONCE(link->op.spurious))) {
		WRITE_ONCE(link->op.spurious, false);
		what |= BIT(CT_WHAT_COMPLETION);
	}
	return what;
}

#endif /* CRYPTORTURE_EXERCISE_LINK_H */

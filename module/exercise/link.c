// SPDX-License-Identifier: GPL-2.0-only
#include <linux/scatterlist.h>

#include "exercise/bundle.h"
#include "exercise/link.h"

/* Use the memory of the image as one side of an operation. */
static void lend(struct yt_buffer *to, const struct yt_buffer *image,
		 unsigned int len)
{
	to->memory[YT_BACKING_PAGE] = image->memory[YT_BACKING_PAGE];
	to->backing = image->backing;
	to->count = 1;
	to->pieces[0] = image->pieces[0];
	sg_init_one(to->list, image->pieces[0].data, len);
}

void yt_looks_set(struct yt_looks *looks, const struct yt_vector *vector,
		  const struct yt_algorithm *alg)
{
	unsigned int seen = vector->icv_len;

	looks->carried = !seen && alg->form == YT_FORM_CBC;
	if (!seen)
		seen = looks->carried ? 16 : vector->text_len;
	looks->vector = vector;
	looks->end = yt_vector_sealed_len(vector);
	memcpy(looks->iv, vector->request_iv, YT_MAX_IV);
	memcpy(looks->iv_after, vector->iv_after, YT_MAX_IV);
	looks->iv_known = vector->iv_after_known;
	looks->seen = seen;
	looks->few = seen >= 8 && seen <= 16;
	looks->expected = vector->sealed + looks->end - seen;
	if (looks->few) {
		looks->first = yt_word(looks->expected);
		looks->last = yt_word(looks->expected + seen - 8);
	}
}

void yt_link_set(struct yt_link *link, const struct yt_buffer *from,
		 const struct yt_buffer *to)
{
	struct yt_operation *op = &link->op;
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int plain = yt_vector_plain_len(vector);
	unsigned int sealed = yt_vector_sealed_len(vector);
	bool encrypt = op->direction == CT_ENCRYPT;

	lend(&op->source, from, encrypt ? plain : sealed);
	lend(&op->destination, to, encrypt ? sealed : plain);
	op->args.source = op->source.list;
	op->args.destination = op->destination.list;
	yt_operation_set_request(op);
	yt_operation_reset(op);
	link->transform = yt_operation_transform(op);
	link->iv = op->iv + YT_GUARD;
	link->image = op->destination.pieces[0].data;
	link->end = link->image + sealed;
}

u32 yt_link_look_around(struct yt_link *link, const struct yt_looks *looks)
{
	const struct yt_vector *vector = looks->vector;
	unsigned int room = link->op.direction == CT_ENCRYPT ? 0 :
							       vector->icv_len;
	u32 what = 0;

	if (!yt_same(vector->plain, link->image, vector->head_len))
		what = BIT(CT_WHAT_HEADER);
	if (yt_guard_near_differs(link->image, link->end) ||
	    !yt_poisoned(link->end - room, room))
		what |= BIT(CT_WHAT_GUARD);
	if (READ_ONCE(link->op.spurious)) {
		WRITE_ONCE(link->op.spurious, false);
		what |= BIT(CT_WHAT_COMPLETION);
	}
	return what;
}

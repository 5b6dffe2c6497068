// SPDX-License-Identifier: GPL-2.0-only
#include <linux/scatterlist.h>

#include "exercise/bundle.h"
#include "exercise/link.h"

/* The image as one side of an operation. */
static void lend(struct ct_buffer *to, const struct ct_buffer *image,
		 unsigned int len)
{
	to->memory[CT_BACKING_PAGE] = image->memory[CT_BACKING_PAGE];
	to->backing = image->backing;
	to->count = 1;
	to->pieces[0] = image->pieces[0];
	sg_init_one(to->list, image->pieces[0].data, len);
}

void ct_looks_set(struct ct_looks *looks, const struct ct_vector *vector,
		  const struct ct_algorithm *alg)
{
	unsigned int seen = vector->icv_len;

	looks->carried = !seen && alg->form == CT_FORM_CBC;
	if (!seen)
		seen = looks->carried ? 16 : vector->text_len;
	looks->vector = vector;
	looks->end = ct_vector_sealed_len(vector);
	memcpy(looks->iv, vector->request_iv, CT_MAX_IV);
	memcpy(looks->iv_after, vector->iv_after, CT_MAX_IV);
	looks->iv_known = vector->iv_after_known;
	looks->seen = seen;
	looks->few = seen >= 8 && seen <= 16;
	looks->expected = vector->sealed + looks->end - seen;
	if (looks->few) {
		looks->first = ct_word(looks->expected);
		looks->last = ct_word(looks->expected + seen - 8);
	}
}

void ct_link_set(struct ct_link *link, const struct ct_buffer *from,
		 const struct ct_buffer *to)
{
	struct ct_operation *op = &link->op;
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int plain = ct_vector_plain_len(vector);
	unsigned int sealed = ct_vector_sealed_len(vector);
	bool encrypt = op->direction == CT_ENCRYPT;

	lend(&op->source, from, encrypt ? plain : sealed);
	lend(&op->destination, to, encrypt ? sealed : plain);
	op->args.source = op->source.list;
	op->args.destination = op->destination.list;
	ct_operation_set_request(op);
	ct_operation_reset(op);
	link->transform = ct_operation_transform(op);
	link->iv = op->iv + CT_GUARD;
	link->image = op->destination.pieces[0].data;
	link->end = link->image + sealed;
}

u32 ct_link_look_around(struct ct_link *link, const struct ct_looks *looks)
{
	const struct ct_vector *vector = looks->vector;
	unsigned int room = link->op.direction == CT_ENCRYPT ? 0 :
							       vector->icv_len;
	u32 what = 0;

	if (!ct_same(vector->plain, link->image, vector->head_len))
		what = BIT(CT_WHAT_HEADER);
	if (ct_guard_near_differs(link->image, link->end) ||
	    !ct_poisoned(link->end - room, room))
		what |= BIT(CT_WHAT_GUARD);
	if (READ_ONCE(link->op.spurious)) {
		WRITE_ONCE(link->op.spurious, false);
		what |= BIT(CT_WHAT_COMPLETION);
	}
	return what;
}

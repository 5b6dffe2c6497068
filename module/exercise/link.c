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

/* What is looked at after an encryption: an ICV, a last block, or all of it. */
static unsigned int seen_len(const struct ct_operation *op,
			     const struct ct_vector *vector)
{
	if (vector->icv_len)
		return vector->icv_len;
	return op->reader.bundle->sa.alg->form == CT_FORM_CBC ? 16 :
								vector->text_len;
}

static void set_looks(struct ct_link *link, const struct ct_vector *vector)
{
	unsigned int offset;

	link->iv = link->op.iv + CT_GUARD;
	link->image = link->op.destination.pieces[0].data;
	link->end = ct_vector_sealed_len(vector);
	link->seen_len = 0;
	link->room_len = 0;
	if (link->op.direction == CT_ENCRYPT) {
		link->seen_len = seen_len(&link->op, vector);
		offset = link->end - link->seen_len;
		link->seen = link->image + offset;
		link->expected = vector->sealed + offset;
	} else {
		link->room = link->image + ct_vector_plain_len(vector);
		link->room_len = vector->icv_len;
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
	set_looks(link, vector);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "cpu/clock.h"
#include "cpu/cpu.h"
#include "op/operation.h"

size_t yt_operation_memory(unsigned int request_size, bool lean)
{
	return yt_buffer_memory(lean ? YT_BACKINGS_LEAN : yt_buffer_source_backings()) +
	       yt_buffer_memory(lean ? YT_BACKINGS_LEAN : YT_BACKINGS_ALL) +
	       yt_request_room(request_size);
}

int yt_operation_init(struct yt_operation *op, struct yt_cpu *cpu,
		      enum cryptorture_context context, unsigned int request_size)
{
	op->cpu = cpu;
	op->context = context;
	op->request_size = request_size;
	INIT_LIST_HEAD(&op->reader.list);
	init_completion(&op->done);
	op->request = kzalloc(yt_request_room(request_size), GFP_KERNEL);
	if (!op->request)
		return -ENOMEM;
	yt_guard_put(op->iv);
	yt_guard_put(op->iv + YT_GUARD + YT_MAX_IV);
	if (op->chained)
		return 0;
	if (yt_buffer_alloc(&op->source, op->lean ? YT_BACKINGS_LEAN :
						    yt_buffer_source_backings()) ||
	    yt_buffer_alloc(&op->destination, op->lean ? YT_BACKINGS_LEAN :
							 YT_BACKINGS_ALL))
		return -ENOMEM;
	return 0;
}

void yt_operation_free(struct yt_operation *op)
{
	if (!op->chained) {
		yt_buffer_free(&op->destination);
		yt_buffer_free(&op->source);
	}
	kfree(op->request);
	op->request = NULL;
}

void yt_operation_fields(const struct yt_vector *vector,
			 struct yt_fields *fields)
{
	fields->iv = vector->head_len ?
		     yt_esp_header_len(&vector->header) : 0;
	fields->text = vector->head_len;
	fields->icv = yt_vector_plain_len(vector);
	fields->end = yt_vector_sealed_len(vector);
}

const u8 *yt_operation_input(const struct yt_operation *op, unsigned int *len)
{
	const struct yt_vector *vector = yt_operation_vector(op);

	if (op->direction == CRYPTORTURE_DIRECTION_ENCRYPT) {
		*len = yt_vector_plain_len(vector);
		return vector->plain;
	}
	*len = yt_vector_sealed_len(vector);
	return vector->sealed;
}

const u8 *yt_operation_expected(const struct yt_operation *op,
				unsigned int *len)
{
	const struct yt_vector *vector = yt_operation_vector(op);

	if (op->direction == CRYPTORTURE_DIRECTION_ENCRYPT) {
		*len = yt_vector_sealed_len(vector);
		return yt_test_sa_sealed(op->reader.test_sa, op->transform,
					 op->vector);
	}
	*len = yt_vector_plain_len(vector);
	return vector->plain;
}

/*
 * Make the input differ from the vector: a packet to be refused, or an IV
 * field that the driver has to fill, so that not filling it is detected.
 * Doing it twice undoes it.
 */
void yt_operation_alter(const struct yt_operation *op, struct yt_buffer *image)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	const struct yt_algorithm *alg = op->reader.test_sa->sa.alg;
	unsigned int i;

	if (op->direction == CRYPTORTURE_DIRECTION_TAMPERED)
		yt_buffer_flip(image, vector->tamper_offset,
			       vector->tamper_mask);
	else if (op->direction == CRYPTORTURE_DIRECTION_ENCRYPT && yt_algorithm_makes_iv(alg))
		for (i = vector->head_len - alg->iv_len; i < vector->head_len;
		     i++)
			yt_buffer_flip(image, i, 0xff);
}

void yt_operation_given(const struct yt_operation *op, u8 *to,
			unsigned int offset, unsigned int len)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int changed = vector->tamper_offset;

	memcpy(to, vector->sealed + offset, len);
	if (op->direction == CRYPTORTURE_DIRECTION_TAMPERED && changed >= offset &&
	    changed < offset + len)
		to[changed - offset] ^= vector->tamper_mask;
}

/* The destination's memory, with the input in it, for both sides. */
static void place_shared(struct yt_operation *op,
			 const struct yt_fields *fields,
			 unsigned int input_len, unsigned int output_len)
{
	const struct yt_side *side = &op->layout.destination;
	struct yt_buffer *buffer = &op->destination;
	struct yt_pieces from, to, memory;

	op->args.destination = buffer->list;
	if (op->layout.arrangement == YT_IN_PLACE) {
		yt_side_cut(&memory, side, fields, max(input_len, output_len));
		yt_buffer_place(buffer, side, &memory);
		yt_buffer_list(buffer, buffer->list, &memory);
		op->args.source = buffer->list;
		return;
	}
	yt_side_cut(&from, &op->layout.source, fields, input_len);
	yt_side_cut(&to, side, fields, output_len);
	yt_pieces_common(&memory, &from, &to);
	yt_buffer_place(buffer, side, &memory);
	yt_buffer_list(buffer, op->source.list, &from);
	yt_buffer_list(buffer, buffer->list, &to);
	op->args.source = op->source.list;
}

static void place_apart(struct yt_operation *op, const struct yt_fields *fields,
			unsigned int input_len, unsigned int output_len)
{
	struct yt_buffer *source = &op->source;
	struct yt_buffer *destination = &op->destination;
	struct yt_pieces pieces;

	yt_side_cut(&pieces, &op->layout.source, fields, input_len);
	yt_buffer_place(source, &op->layout.source, &pieces);
	yt_buffer_list(source, source->list, &pieces);
	op->args.source = source->list;
	yt_side_cut(&pieces, &op->layout.destination, fields, output_len);
	yt_buffer_place(destination, &op->layout.destination, &pieces);
	yt_buffer_list(destination, destination->list, &pieces);
	op->args.destination = destination->list;
}

/*
 * Kernels without the fix of CVE-2026-43033 write behind a text that they decrypt, also
 * out of place, where a caller need not have any room. So that this is seen and damages
 * nothing else, there is room as for the ICV in place.
 */
static unsigned int room_behind(const struct yt_operation *op)
{
	return op->direction != CRYPTORTURE_DIRECTION_ENCRYPT && !yt_layout_shared(&op->layout) &&
	       op->reader.test_sa->sa.alg->esn_behind ?
	       yt_operation_vector(op)->icv_len : 0;
}

static void place(struct yt_operation *op)
{
	unsigned int input_len, output_len, from;
	const u8 *input = yt_operation_input(op, &input_len);
	struct yt_fields fields;
	u8 head[YT_MAX_HEAD];

	yt_operation_expected(op, &output_len);
	output_len += room_behind(op);
	yt_operation_fields(yt_operation_vector(op), &fields);
	if (yt_layout_shared(&op->layout)) {
		place_shared(op, &fields, input_len, output_len);
		yt_buffer_write(&op->destination, 0, input, input_len);
		yt_operation_alter(op, &op->destination);
		from = input_len;
	} else {
		place_apart(op, &fields, input_len, output_len);
		yt_buffer_write(&op->source, 0, input, input_len);
		yt_operation_alter(op, &op->source);
		/* The crypto API's users put the AAD there themselves. */
		yt_buffer_read(&op->source, 0, head, fields.text);
		yt_buffer_write(&op->destination, 0, head, fields.text);
		from = fields.text;
	}
	if (output_len > from)
		yt_buffer_poison(&op->destination, from, output_len - from);
}

void yt_operation_put_iv(const struct yt_operation *op, u8 *iv)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int header_len = yt_esp_header_len(&vector->header);

	if (op->direction == CRYPTORTURE_DIRECTION_ENCRYPT)
		yt_transform_request_iv(yt_operation_transform(op), vector, iv);
	else
		memcpy(iv, vector->request_iv, YT_MAX_IV);
	/* A receiver takes the IV from the packet, the tampered one too. */
	if (op->direction == CRYPTORTURE_DIRECTION_TAMPERED &&
	    op->reader.test_sa->sa.alg->form == YT_FORM_RFC4106 &&
	    vector->tamper_offset >= header_len &&
	    vector->tamper_offset < vector->head_len)
		iv[vector->tamper_offset - header_len] ^= vector->tamper_mask;
}

const u8 *yt_operation_iv_after(const struct yt_operation *op, u8 *room)
{
	if (op->direction != CRYPTORTURE_DIRECTION_TAMPERED)
		return yt_operation_vector(op)->iv_after;
	yt_operation_put_iv(op, room);
	return room;
}

/* The driver's callback, in any context. */
static YT_COMPLETION(complete_operation)
{
	struct yt_operation *op = yt_completion_data();

	/* Notifies that a request has left the backlog. */
	if (err == -EINPROGRESS) {
		WRITE_ONCE(op->backlogged, true);
		return;
	}
	if (!atomic_xchg(&op->outstanding, 0)) {
		WRITE_ONCE(op->spurious, true);
		return;
	}
	atomic_dec(&op->cpu->outstanding);
	op->order = atomic_inc_return(&op->cpu->completions);
	op->err = err;
	op->end = yt_clock();
	op->cpu_after = raw_smp_processor_id();
	complete(&op->done);
}

void yt_operation_set_request(struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	const struct yt_algorithm *alg = op->reader.test_sa->sa.alg;
	struct yt_request_args *args = &op->args;
	unsigned int own_iv = yt_algorithm_makes_iv(alg) ? alg->iv_len : 0;

	args->assoc_len = vector->head_len - own_iv;
	args->crypt_len = vector->text_len + own_iv;
	if (op->direction != CRYPTORTURE_DIRECTION_ENCRYPT)
		args->crypt_len += vector->icv_len;
	args->iv = op->iv + YT_GUARD;
	args->flags = op->context == CRYPTORTURE_CONTEXT_SOFTIRQ ? 0 :
		CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP;
	args->complete = complete_operation;
	args->data = op;
	yt_request_set(op->request, yt_operation_transform(op), args);
}

void yt_operation_reset(struct yt_operation *op)
{
	reinit_completion(&op->done);
	op->err = 0;
	op->stuck = false;
	op->injected = false;
	op->start = 0;
	op->course = (struct yt_course){ };
	op->hit = 0;
	op->backlogged = false;
	op->order = 0;
	op->reordered = false;
}

void yt_operation_prepare(struct yt_operation *op)
{
	place(op);
	yt_operation_put_iv(op, op->iv + YT_GUARD);
	yt_operation_set_request(op);
	yt_operation_reset(op);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/fpu/api.h>

#include "compat.h"
#include "exercise/clock.h"
#include "exercise/cpu.h"
#include "exercise/operation.h"
#include "exercise/patience.h"
#include "exercise/submit.h"
#include "exercise/verify.h"

bool ct_operation_over_reads;

size_t ct_operation_memory(unsigned int request_size, bool lean)
{
	return ct_buffer_memory(lean ? CT_BACKINGS_LEAN : ct_operation_source()) +
	       ct_buffer_memory(lean ? CT_BACKINGS_LEAN : CT_BACKINGS_ALL) +
	       ct_request_room(request_size);
}

int ct_operation_init(struct ct_operation *op, struct ct_cpu *cpu,
		      enum ct_context context, unsigned int request_size)
{
	op->cpu = cpu;
	op->context = context;
	op->request_size = request_size;
	INIT_LIST_HEAD(&op->reader.list);
	init_completion(&op->done);
	op->request = kzalloc(ct_request_room(request_size), GFP_KERNEL);
	if (!op->request)
		return -ENOMEM;
	ct_guard_put(op->iv);
	ct_guard_put(op->iv + CT_GUARD + CT_MAX_IV);
	if (op->linked)
		return 0;
	if (ct_buffer_alloc(&op->source, op->lean ? CT_BACKINGS_LEAN :
						    ct_operation_source()) ||
	    ct_buffer_alloc(&op->destination, op->lean ? CT_BACKINGS_LEAN :
							 CT_BACKINGS_ALL))
		return -ENOMEM;
	return 0;
}

void ct_operation_free(struct ct_operation *op)
{
	if (!op->linked) {
		ct_buffer_free(&op->destination);
		ct_buffer_free(&op->source);
	}
	kfree(op->request);
	op->request = NULL;
}

void ct_operation_fields(const struct ct_vector *vector,
			 struct ct_fields *fields)
{
	fields->iv = vector->head_len ?
		     ct_esp_header_len(&vector->header) : 0;
	fields->text = vector->head_len;
	fields->icv = ct_vector_plain_len(vector);
	fields->end = ct_vector_sealed_len(vector);
}

const u8 *ct_operation_input(const struct ct_operation *op, unsigned int *len)
{
	const struct ct_vector *vector = ct_operation_vector(op);

	if (op->direction == CT_ENCRYPT) {
		*len = ct_vector_plain_len(vector);
		return vector->plain;
	}
	*len = ct_vector_sealed_len(vector);
	return vector->sealed;
}

const u8 *ct_operation_expected(const struct ct_operation *op,
				unsigned int *len)
{
	const struct ct_vector *vector = ct_operation_vector(op);

	if (op->direction == CT_ENCRYPT) {
		*len = ct_vector_sealed_len(vector);
		return ct_bundle_sealed(op->reader.bundle, op->transform,
					op->vector);
	}
	*len = ct_vector_plain_len(vector);
	return vector->plain;
}

/*
 * What the input differs in from the vector: a packet to be refused, or an IV
 * field that the driver has to fill, so that leaving it alone is noticed.
 * Doing it twice undoes it.
 */
void ct_operation_alter(const struct ct_operation *op, struct ct_buffer *image)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	const struct ct_algorithm *alg = op->reader.bundle->sa.alg;
	unsigned int i;

	if (op->direction == CT_TAMPERED)
		ct_buffer_flip(image, vector->tamper_offset,
			       vector->tamper_mask);
	else if (op->direction == CT_ENCRYPT && ct_algorithm_makes_iv(alg))
		for (i = vector->head_len - alg->iv_len; i < vector->head_len;
		     i++)
			ct_buffer_flip(image, i, 0xff);
}

void ct_operation_given(const struct ct_operation *op, u8 *to,
			unsigned int offset, unsigned int len)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int changed = vector->tamper_offset;

	memcpy(to, vector->sealed + offset, len);
	if (op->direction == CT_TAMPERED && changed >= offset &&
	    changed < offset + len)
		to[changed - offset] ^= vector->tamper_mask;
}

/* The destination's memory, with the input in it, for both sides. */
static void place_shared(struct ct_operation *op,
			 const struct ct_fields *fields,
			 unsigned int input_len, unsigned int output_len)
{
	const struct ct_side *side = &op->layout.destination;
	struct ct_buffer *buffer = &op->destination;
	struct ct_pieces from, to, memory;

	op->args.destination = buffer->list;
	if (op->layout.arrangement == CT_IN_PLACE) {
		ct_side_cut(&memory, side, fields, max(input_len, output_len));
		ct_buffer_place(buffer, side, &memory);
		ct_buffer_list(buffer, buffer->list, &memory);
		op->args.source = buffer->list;
		return;
	}
	ct_side_cut(&from, &op->layout.source, fields, input_len);
	ct_side_cut(&to, side, fields, output_len);
	ct_pieces_common(&memory, &from, &to);
	ct_buffer_place(buffer, side, &memory);
	ct_buffer_list(buffer, op->source.list, &from);
	ct_buffer_list(buffer, buffer->list, &to);
	op->args.source = op->source.list;
}

static void place_apart(struct ct_operation *op, const struct ct_fields *fields,
			unsigned int input_len, unsigned int output_len)
{
	struct ct_buffer *source = &op->source;
	struct ct_buffer *destination = &op->destination;
	struct ct_pieces pieces;

	ct_side_cut(&pieces, &op->layout.source, fields, input_len);
	ct_buffer_place(source, &op->layout.source, &pieces);
	ct_buffer_list(source, source->list, &pieces);
	op->args.source = source->list;
	ct_side_cut(&pieces, &op->layout.destination, fields, output_len);
	ct_buffer_place(destination, &op->layout.destination, &pieces);
	ct_buffer_list(destination, destination->list, &pieces);
	op->args.destination = destination->list;
}

/*
 * Kernels without the mend of CVE-2026-43033 write behind a text that they decrypt, also
 * out of place, where a caller need not have any room. So that this is seen and hurts
 * nobody, there is as much as for the ICV, which is there in place.
 */
static unsigned int room_behind(const struct ct_operation *op)
{
	return op->direction != CT_ENCRYPT && !ct_layout_shared(&op->layout) &&
	       op->reader.bundle->sa.alg->esn_behind ?
	       ct_operation_vector(op)->icv_len : 0;
}

static void place(struct ct_operation *op)
{
	unsigned int input_len, output_len, from;
	const u8 *input = ct_operation_input(op, &input_len);
	struct ct_fields fields;
	u8 head[CT_MAX_HEAD];

	ct_operation_expected(op, &output_len);
	output_len += room_behind(op);
	ct_operation_fields(ct_operation_vector(op), &fields);
	if (ct_layout_shared(&op->layout)) {
		place_shared(op, &fields, input_len, output_len);
		ct_buffer_write(&op->destination, 0, input, input_len);
		ct_operation_alter(op, &op->destination);
		from = input_len;
	} else {
		place_apart(op, &fields, input_len, output_len);
		ct_buffer_write(&op->source, 0, input, input_len);
		ct_operation_alter(op, &op->source);
		/* The crypto API's users put the AAD there themselves. */
		ct_buffer_read(&op->source, 0, head, fields.text);
		ct_buffer_write(&op->destination, 0, head, fields.text);
		from = fields.text;
	}
	if (output_len > from)
		ct_buffer_poison(&op->destination, from, output_len - from);
}

void ct_operation_put_iv(const struct ct_operation *op, u8 *iv)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int header_len = ct_esp_header_len(&vector->header);

	if (op->direction == CT_ENCRYPT)
		ct_transform_request_iv(ct_operation_transform(op), vector, iv);
	else
		memcpy(iv, vector->request_iv, CT_MAX_IV);
	/* A receiver takes the IV from the packet, changed as it is. */
	if (op->direction == CT_TAMPERED &&
	    op->reader.bundle->sa.alg->form == CT_FORM_RFC4106 &&
	    vector->tamper_offset >= header_len &&
	    vector->tamper_offset < vector->head_len)
		iv[vector->tamper_offset - header_len] ^= vector->tamper_mask;
}

const u8 *ct_operation_iv_after(const struct ct_operation *op, u8 *room)
{
	if (op->direction != CT_TAMPERED)
		return ct_operation_vector(op)->iv_after;
	ct_operation_put_iv(op, room);
	return room;
}

/* From the driver's callback, in whatever context that comes. */
static CT_COMPLETION(complete_operation)
{
	struct ct_operation *op = ct_completion_data();

	/* Only says that a request has left the backlog. */
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
	op->end = ct_clock();
	op->cpu_after = raw_smp_processor_id();
	complete(&op->done);
}

void ct_operation_set_request(struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	const struct ct_algorithm *alg = op->reader.bundle->sa.alg;
	struct ct_request_args *args = &op->args;
	unsigned int own_iv = ct_algorithm_makes_iv(alg) ? alg->iv_len : 0;

	args->assoc_len = vector->head_len - own_iv;
	args->crypt_len = vector->text_len + own_iv;
	if (op->direction != CT_ENCRYPT)
		args->crypt_len += vector->icv_len;
	args->iv = op->iv + CT_GUARD;
	args->flags = op->context == CT_CONTEXT_SOFTIRQ ? 0 :
		CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP;
	args->complete = complete_operation;
	args->data = op;
	ct_request_set(op->request, ct_operation_transform(op), args);
}

void ct_operation_reset(struct ct_operation *op)
{
	reinit_completion(&op->done);
	op->err = 0;
	op->async = false;
	op->stuck = false;
	op->injected = false;
	op->start = 0;
	op->interruptions = 0;
	op->fpu_hits = 0;
	op->hit = 0;
	op->preemptions = 0;
	op->nested = 0;
	op->nested_fpu = false;
	op->backlogged = false;
	op->order = 0;
	op->reordered = false;
}

void ct_operation_prepare(struct ct_operation *op)
{
	place(op);
	ct_operation_put_iv(op, op->iv + CT_GUARD);
	ct_operation_set_request(op);
	ct_operation_reset(op);
}

/* What lies below the operation at its submission. */
static void look_below(struct ct_operation *op)
{
	const struct ct_subject *subject = ct_operation_subject(op);

	op->crowd = max(atomic_read(&op->cpu->outstanding), 0);
	/* Who defers the work does so to a thread, where the FPU is free. */
	op->simd = subject->simd && (subject->deferred || irq_fpu_usable());
	op->live = op->context != CT_CONTEXT_TASK && ct_user_registers_live();
}

bool ct_operation_submit(struct ct_operation *op)
{
	struct ct_operation *unseen = NULL;
	struct ct_operation **shown = op->context == CT_CONTEXT_SOFTIRQ ?
				      &op->cpu->softirq_op :
				      op->seat ? &op->seat->op : &unseen;

	look_below(op);
	op->start = ct_clock();
	if (!ct_submit(op, ct_operation_transform(op),
		       op->direction == CT_ENCRYPT, shown))
		return false;
	op->end = ct_clock();
	return true;
}

bool ct_operation_overdue(const struct ct_operation *op)
{
	return ct_patience() - op->since >= CT_STUCK_SECONDS * HZ;
}

bool ct_operation_wait(struct ct_operation *op, bool (*give_up)(const struct ct_cpu *cpu))
{
	/* Others may have been waited for before it, and long enough. */
	unsigned long timeout = ct_operation_overdue(op) ? 1 : HZ;

	while (!wait_for_completion_timeout(&op->done, timeout)) {
		timeout = HZ;
		if (!ct_operation_overdue(op))
			continue;
		ct_verify_stuck(op);
		if (give_up && give_up(op->cpu))
			return false;
	}
	return true;
}

int ct_operation_finish(struct ct_operation *op, bool (*give_up)(const struct ct_cpu *cpu))
{
	if (!op->async || ct_operation_wait(op, give_up))
		return 0;
	op->in_flight = true;
	op->cpu->exercise->abandoned = true;
	return -ETIME;
}

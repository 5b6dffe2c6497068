// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>

#include "exercise/cpu.h"
#include "exercise/esn.h"
#include "exercise/note.h"
#include "exercise/refused.h"
#include "exercise/verify.h"

/* Where it is counted: for all links of a chain in one place. */
static struct ct_operation *books(struct ct_operation *op)
{
	return op->linked ? &op->cpu->task : op;
}

static void flip(struct ct_operation *op, u64 number)
{
	unsigned int len;
	u32 place;

	ct_operation_expected(op, &len);
	/* Spread over the output, reproducible, without another generator. */
	place = (u32)(number * 2654435761ULL >> 7) % (len * 8);
	ct_buffer_flip(&op->destination, place / 8, 1U << (place % 8));
	op->injected = true;
}

void ct_verify_inject(struct ct_operation *op)
{
	u64 every = op->cpu->exercise->config.inject_every;

	if (!every || op->err || op->direction == CT_TAMPERED ||
	    ++books(op)->eligible % every)
		return;
	flip(op, books(op)->eligible);
	ct_count(&books(op)->total_injected, 1);
}

bool ct_verify_starved(struct ct_operation *op)
{
	if (op->err != -ENOMEM && op->err != -ENOSPC)
		return false;
	ct_count(&books(op)->starved, 1);
	return true;
}

static bool is_iv_known(const struct ct_operation *op)
{
	if (op->direction != CT_TAMPERED)
		return ct_operation_vector(op)->iv_after_known && !op->err;
	/* Who makes IVs reads that of the packet into the request. */
	return op->err == -EBADMSG &&
	       !ct_algorithm_makes_iv(op->reader.bundle->sa.alg);
}

static bool iv_wrong(const struct ct_operation *op)
{
	u8 room[CT_MAX_IV];

	return is_iv_known(op) && !ct_same(ct_operation_iv_after(op, room),
					   op->iv + CT_GUARD, CT_MAX_IV);
}

/* In place, the ICV behind a decrypted text is the caller's. */
static bool icv_changed(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int offset = ct_vector_plain_len(vector);

	if (op->direction != CT_DECRYPT)
		return false;
	if (op->reader.bundle->sa.alg->esn_behind)
		return !ct_esn_end_right(op);
	return ct_layout_shared(&op->layout) &&
	       !ct_buffer_same(&op->destination, offset,
			       vector->sealed + offset, vector->icv_len);
}

static bool source_changed(struct ct_operation *op)
{
	unsigned int len;
	const u8 *input;

	if (ct_layout_shared(&op->layout))
		return false;
	input = ct_operation_input(op, &len);
	/* Undo what the operation began with. */
	ct_operation_alter(op, &op->source);
	return !ct_buffer_same(&op->source, 0, input, len);
}

static bool iv_guards_hit(const struct ct_operation *op)
{
	return !ct_guard_intact(op->iv) ||
	       !ct_guard_intact(op->iv + CT_GUARD + CT_MAX_IV);
}

static bool guards_hit(const struct ct_operation *op)
{
	return !ct_buffer_intact(&op->destination) ||
	       (!ct_layout_shared(&op->layout) &&
		!ct_buffer_intact(&op->source)) || iv_guards_hit(op);
}

static u32 check_output(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int head = vector->head_len, text = vector->text_len;
	const struct ct_buffer *actual = &op->destination;
	const u8 *expected;
	unsigned int len;
	u32 what = 0;

	expected = ct_operation_expected(op, &len);
	if (ct_buffer_same(actual, 0, expected, len))
		return 0;
	if (!ct_buffer_same(actual, 0, expected, head))
		what |= BIT(CT_WHAT_HEADER);
	if (!ct_buffer_same(actual, head, expected + head, text))
		what |= BIT(CT_WHAT_TEXT);
	if (!ct_buffer_same(actual, head + text, expected + head + text,
			    len - head - text))
		what |= BIT(CT_WHAT_ICV);
	/* Right at the second look: the memory is at fault, and that is told. */
	return what ? what : BIT(CT_WHAT_TEXT);
}

static u32 check_request(struct ct_operation *op)
{
	u32 what = 0;

	if (!ct_request_intact(op->request, ct_operation_transform(op),
			       &op->args))
		what |= BIT(CT_WHAT_REQUEST);
	if (READ_ONCE(op->spurious)) {
		WRITE_ONCE(op->spurious, false);
		what |= BIT(CT_WHAT_COMPLETION);
	}
	return what;
}

static u32 check(struct ct_operation *op)
{
	u32 what = 0;

	if (op->direction == CT_TAMPERED && !op->err)
		what |= BIT(CT_WHAT_ACCEPTED);
	else if (op->err != ct_operation_status(op))
		what |= BIT(CT_WHAT_STATUS);
	else if (op->direction != CT_TAMPERED)
		what |= check_output(op);
	else
		what |= ct_refused_check(op);
	if (iv_wrong(op))
		what |= BIT(CT_WHAT_IV);
	if (guards_hit(op) || icv_changed(op))
		what |= BIT(CT_WHAT_GUARD);
	if (source_changed(op))
		what |= BIT(CT_WHAT_SOURCE);
	return what | check_request(op);
}

/* Which part of the operation the interruption fell into. */
static void count_sweep(struct ct_operation *op)
{
	u64 length = op->end - op->start;
	u64 part = (op->hit - op->start) * CT_SWEEP_BINS;

	/* Not all links of a chain are timed. */
	if (op->context == CT_CONTEXT_SOFTIRQ || !op->start ||
	    op->end <= op->start)
		return;
	part = min_t(u64, div64_u64(part, length), CT_SWEEP_BINS - 1);
	WRITE_ONCE(op->cpu->sweep[part], op->cpu->sweep[part] + 1);
}

static void count_disturbances(struct ct_operation *op, struct ct_cell *cell)
{
	ct_count(&cell->interruptions, op->interruptions);
	ct_count(&cell->fpu_hits, op->fpu_hits);
	ct_count(&cell->preemptions, op->preemptions);
	if (op->context == CT_CONTEXT_SOFTIRQ) {
		ct_count(&cell->nested, op->nested);
		ct_count(&cell->nested_fpu, op->nested_fpu);
	}
	if (op->hit)
		count_sweep(op);
}

static void count_queue(const struct ct_operation *op, struct ct_cell *cell)
{
	ct_count(&cell->async, op->async);
	ct_count(&cell->reordered, op->reordered);
	ct_count(&cell->backlogged, op->backlogged);
}

static void count_course(struct ct_operation *op, struct ct_cell *cell,
			 unsigned int times)
{
	ct_count(&cell->migrations, op->cpu_before != op->cpu_after);
	if (op->async)
		count_queue(op, cell);
	count_disturbances(op, cell);
}

static void count_same(struct ct_operation *op, struct ct_cell *cell,
		       unsigned int times)
{
	const struct ct_vector *vector = ct_operation_vector(op);

	ct_count(&cell->operations, times);
	ct_count(&cell->bytes, times * vector->text_len);
	ct_count(&cell->blocks, times * DIV_ROUND_UP(vector->text_len, 16));
	if (op->simd)
		ct_count(&cell->simd, times);
	else if (ct_operation_subject(op)->simd)
		ct_count(&cell->fallbacks, times);
	if (op->live)
		ct_count(&cell->live, times);
}

/*
 * Is it known which CPU of the run made all of it? Of an asynchronous operation that
 * was deferred only the ends are.
 */
static bool one_cpu(const struct ct_operation *op)
{
	return op->cpu->exercise->coverage.cells[op->cpu_before] &&
	       op->cpu_before == op->cpu_after &&
	       !(op->async && ct_operation_subject(op)->deferred);
}

static void count_mismatch(struct ct_operation *op, struct ct_cell *cell,
			   unsigned int known)
{
	ct_count(&cell->mismatches, 1);
	ct_count(&cell->mismatches_moved, !known);
}

typedef void (*count_fn)(struct ct_operation *op, struct ct_cell *cell,
			 unsigned int number);

/* Somewhere else than at home: where others count as well. */
static noinline void count_visit(struct ct_operation *op, unsigned int cpu,
				 count_fn fn, unsigned int number)
{
	struct ct_coverage *coverage = &op->cpu->exercise->coverage;
	unsigned int index = ct_cell_index(op->driver, op->context,
					   op->direction);
	struct ct_cell visit = {};

	/* A thread that somebody moved to where the run is not. */
	if (!coverage->visits[cpu]) {
		fn(op, &op->cpu->cells[index], number);
		return;
	}
	fn(op, &visit, number);
	ct_coverage_visit(coverage, cpu, index, &visit);
}

/* In the cell of the CPU where it was made: of one that was moved, where it began. */
static __always_inline void count(struct ct_operation *op, unsigned int cpu,
				  count_fn fn, unsigned int number)
{
	if (likely(cpu == op->cpu->cpu))
		fn(op, &op->cpu->cells[ct_cell_index(op->driver, op->context,
						     op->direction)], number);
	else
		count_visit(op, cpu, fn, number);
}

void ct_verify_count_course(struct ct_operation *op)
{
	count(op, op->cpu_before, count_course, 1);
}

void ct_verify_count_same(struct ct_operation *op, unsigned int cpu,
			  unsigned int times)
{
	count(op, cpu, count_same, times);
}

void ct_verify_found(struct ct_operation *op, u32 what)
{
	count(op, op->cpu_before, count_mismatch, one_cpu(op));
	if (op->injected)
		ct_count(&books(op)->total_found, 1);
	else
		atomic_inc(&op->reader.bundle->wrong[op->vector]);
	ct_note(op, what);
}

u32 ct_verify(struct ct_operation *op)
{
	u32 what;

	if (ct_verify_starved(op))
		return 0;
	ct_verify_inject(op);
	what = check(op);
	ct_verify_count_same(op, op->cpu_before, 1);
	if (ct_verify_course(op))
		ct_verify_count_course(op);
	if (what)
		ct_verify_found(op, what);
	return what;
}

u32 ct_verify_request(struct ct_operation *op)
{
	return check_request(op) |
	       (iv_guards_hit(op) ? BIT(CT_WHAT_GUARD) : 0);
}

u32 ct_verify_result(const struct ct_operation *op)
{
	if (op->err)
		return BIT(CT_WHAT_STATUS);
	return check_output(op) | (iv_wrong(op) ? BIT(CT_WHAT_IV) : 0);
}

u32 ct_verify_alone(struct ct_operation *op)
{
	return check(op);
}

void ct_verify_stuck(struct ct_operation *op)
{
	if (op->stuck)
		return;
	op->stuck = true;
	/* Who has it nobody knows. */
	count(op, op->cpu_before, count_mismatch, false);
	ct_note(op, BIT(CT_WHAT_STUCK));
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>

#include "cpu/cpu.h"
#include "op/operation.h"
#include "verify/concurrent.h"
#include "verify/esn.h"
#include "verify/note.h"
#include "verify/refused.h"
#include "verify/verify.h"

/* The operation that holds the counts: one for all of a chain. */
static struct yt_operation *books(struct yt_operation *op)
{
	return op->chained ? op->cpu->task : op;
}

static void flip(struct yt_operation *op, u64 number)
{
	unsigned int len;
	u32 place;

	yt_operation_expected(op, &len);
	/* Spread over the output, reproducible, without a random number generator. */
	place = (u32)(number * 2654435761ULL >> 7) % (len * 8);
	yt_buffer_flip(&op->destination, place / 8, 1U << (place % 8));
	op->injected = true;
}

void yt_verify_inject(struct yt_operation *op)
{
	u64 every = op->cpu->exercise->config.inject_every;

	if (!every || op->err || op->direction == CRYPTORTURE_DIRECTION_TAMPERED ||
	    ++books(op)->eligible % every)
		return;
	flip(op, books(op)->eligible);
	yt_count(&books(op)->counts.injected, 1);
}

bool yt_verify_starved(struct yt_operation *op)
{
	if (op->err != -ENOMEM && op->err != -ENOSPC)
		return false;
	yt_count(&books(op)->counts.starved, 1);
	return true;
}

static bool is_iv_known(const struct yt_operation *op)
{
	if (op->direction != CRYPTORTURE_DIRECTION_TAMPERED)
		return yt_operation_vector(op)->iv_after_known && !op->err;
	/* Drivers that generate IVs read that of the packet into the request. */
	return op->err == -EBADMSG &&
	       !yt_algorithm_makes_iv(op->reader.test_sa->sa.alg);
}

static bool iv_wrong(const struct yt_operation *op)
{
	u8 room[YT_MAX_IV];

	return is_iv_known(op) && !yt_same(yt_operation_iv_after(op, room),
					   op->iv + YT_GUARD, YT_MAX_IV);
}

/* In place, the ICV behind a decrypted text is the caller's. */
static bool icv_changed(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int offset = yt_vector_plain_len(vector);

	if (op->direction != CRYPTORTURE_DIRECTION_DECRYPT)
		return false;
	if (op->reader.test_sa->sa.alg->esn_behind)
		return !yt_esn_end_right(op);
	return yt_layout_shared(&op->layout) &&
	       !yt_buffer_same(&op->destination, offset,
			       vector->sealed + offset, vector->icv_len);
}

static bool source_changed(struct yt_operation *op)
{
	unsigned int len;
	const u8 *input;

	if (yt_layout_shared(&op->layout))
		return false;
	input = yt_operation_input(op, &len);
	/* Undo the tampering. */
	yt_operation_alter(op, &op->source);
	return !yt_buffer_same(&op->source, 0, input, len);
}

static bool iv_guards_hit(const struct yt_operation *op)
{
	return !yt_guard_intact(op->iv) ||
	       !yt_guard_intact(op->iv + YT_GUARD + YT_MAX_IV);
}

static bool guards_hit(const struct yt_operation *op)
{
	return !yt_buffer_intact(&op->destination) ||
	       (!yt_layout_shared(&op->layout) &&
		!yt_buffer_intact(&op->source)) || iv_guards_hit(op);
}

static u32 check_output(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int head = vector->head_len, text = vector->text_len;
	const struct yt_buffer *actual = &op->destination;
	const u8 *expected;
	unsigned int len;
	u32 what = 0;

	expected = yt_operation_expected(op, &len);
	if (yt_buffer_same(actual, 0, expected, len))
		return 0;
	if (!yt_buffer_same(actual, 0, expected, head))
		what |= BIT(CRYPTORTURE_WHAT_HEADER);
	if (!yt_buffer_same(actual, head, expected + head, text))
		what |= BIT(CRYPTORTURE_WHAT_TEXT);
	if (!yt_buffer_same(actual, head + text, expected + head + text,
			    len - head - text))
		what |= BIT(CRYPTORTURE_WHAT_ICV);
	/* Right in the second comparison: memory is at fault, and that is recorded. */
	return what ? what : BIT(CRYPTORTURE_WHAT_TEXT);
}

static u32 check_request(struct yt_operation *op)
{
	u32 what = 0;

	if (!yt_request_intact(op->request, yt_operation_transform(op),
			       &op->args))
		what |= BIT(CRYPTORTURE_WHAT_REQUEST);
	if (READ_ONCE(op->spurious)) {
		WRITE_ONCE(op->spurious, false);
		what |= BIT(CRYPTORTURE_WHAT_COMPLETION);
	}
	return what;
}

static u32 check(struct yt_operation *op)
{
	u32 what = 0;

	if (op->direction == CRYPTORTURE_DIRECTION_TAMPERED && !op->err)
		what |= BIT(CRYPTORTURE_WHAT_ACCEPTED);
	else if (op->err != yt_operation_status(op))
		what |= BIT(CRYPTORTURE_WHAT_STATUS);
	else if (op->direction != CRYPTORTURE_DIRECTION_TAMPERED)
		what |= check_output(op);
	else
		what |= yt_refused_check(op);
	if (iv_wrong(op))
		what |= BIT(CRYPTORTURE_WHAT_IV);
	if (guards_hit(op) || icv_changed(op))
		what |= BIT(CRYPTORTURE_WHAT_GUARD);
	if (source_changed(op))
		what |= BIT(CRYPTORTURE_WHAT_SOURCE);
	return what | check_request(op);
}

/* Which part of the operation the interruption fell into. */
static void count_sweep(struct yt_operation *op)
{
	u64 length = op->end - op->start;
	u64 part = (op->hit - op->start) * YT_SWEEP_BINS;

	/* Not all operations of a chain are timed. */
	if (op->context == CRYPTORTURE_CONTEXT_SOFTIRQ || !op->start ||
	    op->end <= op->start)
		return;
	part = min_t(u64, div64_u64(part, length), YT_SWEEP_BINS - 1);
	WRITE_ONCE(op->cpu->sweep[part], op->cpu->sweep[part] + 1);
}

static void count_disturbances(struct yt_operation *op, struct yt_cell *cell)
{
	yt_count(&cell->interruptions, op->course.interruptions);
	yt_count(&cell->fpu_hits, op->course.fpu_hits);
	yt_count(&cell->preemptions, op->course.preemptions);
	if (op->context == CRYPTORTURE_CONTEXT_SOFTIRQ) {
		yt_count(&cell->nested, op->course.nested);
		yt_count(&cell->nested_fpu, op->course.nested_fpu);
	}
	if (op->hit)
		count_sweep(op);
}

static void count_queue(const struct yt_operation *op, struct yt_cell *cell)
{
	yt_count(&cell->async, op->course.async);
	yt_count(&cell->reordered, op->reordered);
	yt_count(&cell->backlogged, op->backlogged);
}

static void count_course(struct yt_operation *op, struct yt_cell *cell,
			 unsigned int times)
{
	yt_count(&cell->migrations, op->cpu_before != op->cpu_after);
	if (op->course.async)
		count_queue(op, cell);
	count_disturbances(op, cell);
}

static void count_same(struct yt_operation *op, struct yt_cell *cell,
		       unsigned int times)
{
	const struct yt_vector *vector = yt_operation_vector(op);

	yt_count(&cell->operations, times);
	yt_count(&cell->bytes, times * vector->text_len);
	yt_count(&cell->blocks, times * DIV_ROUND_UP(vector->text_len, 16));
	if (op->simd)
		yt_count(&cell->simd, times);
	else if (yt_operation_driver(op)->simd)
		yt_count(&cell->fallbacks, times);
	if (op->live)
		yt_count(&cell->live, times);
}

/* So seldom that it costs next to nothing: other CPUs' memory is read. */
#define CONCURRENT_EVERY	64

static void count_concurrent(struct yt_operation *op, struct yt_cell *cell,
			     unsigned int same)
{
	yt_count(&cell->concurrent_checked, 1);
	yt_count(&cell->concurrent, same);
}

/*
 * Is it known which CPU of the run made all of it? Of an asynchronous operation that
 * was deferred only the ends are.
 */
static bool one_cpu(const struct yt_operation *op)
{
	return op->cpu->exercise->coverage.cells[op->cpu_before] &&
	       op->cpu_before == op->cpu_after &&
	       !(op->course.async && yt_operation_driver(op)->deferred);
}

static void count_mismatch(struct yt_operation *op, struct yt_cell *cell,
			   unsigned int known)
{
	yt_count(&cell->mismatches, 1);
	yt_count(&cell->mismatches_moved, !known);
}

typedef void (*count_fn)(struct yt_operation *op, struct yt_cell *cell,
			 unsigned int number);

/* On another CPU than the worker's own: several workers count there. */
static noinline void count_visit(struct yt_operation *op, unsigned int cpu,
				 count_fn fn, unsigned int number)
{
	struct yt_coverage *coverage = &op->cpu->exercise->coverage;
	unsigned int index = yt_cell_index(op->driver, op->context,
					   op->direction);
	struct yt_cell visit = {};

	/* A thread that was moved to a CPU outside of the run. */
	if (!coverage->visits[cpu]) {
		fn(op, &op->cpu->cells[index], number);
		return;
	}
	fn(op, &visit, number);
	yt_coverage_visit(coverage, cpu, index, &visit);
}

/* In the cell of the CPU where it was made: of one that was moved, where it began. */
static __always_inline void count(struct yt_operation *op, unsigned int cpu,
				  count_fn fn, unsigned int number)
{
	if (likely(cpu == op->cpu->cpu))
		fn(op, &op->cpu->cells[yt_cell_index(op->driver, op->context,
						     op->direction)], number);
	else
		count_visit(op, cpu, fn, number);
}

void yt_verify_count_course(struct yt_operation *op)
{
	count(op, op->cpu_before, count_course, 1);
}

void yt_verify_count_same(struct yt_operation *op, unsigned int cpu,
			  unsigned int times)
{
	count(op, cpu, count_same, times);
}

void yt_verify_found(struct yt_operation *op, u32 what)
{
	count(op, op->cpu_before, count_mismatch, one_cpu(op));
	if (op->injected)
		yt_count(&books(op)->counts.injected_found, 1);
	else
		atomic_inc(&op->reader.test_sa->wrong[op->vector]);
	yt_note(op, what);
}

void yt_verify_concurrent(struct yt_operation *op)
{
	count(op, op->cpu_before, count_concurrent, yt_concurrent_same_driver(op));
}

u32 yt_verify(struct yt_operation *op)
{
	u32 what;

	if (yt_verify_starved(op))
		return 0;
	yt_verify_inject(op);
	what = check(op);
	yt_verify_count_same(op, op->cpu_before, 1);
	if (yt_verify_course(op))
		yt_verify_count_course(op);
	if (!(op->cpu->verified[op->context]++ % CONCURRENT_EVERY))
		yt_verify_concurrent(op);
	if (what)
		yt_verify_found(op, what);
	return what;
}

u32 yt_verify_request(struct yt_operation *op)
{
	return check_request(op) |
	       (iv_guards_hit(op) ? BIT(CRYPTORTURE_WHAT_GUARD) : 0);
}

u32 yt_verify_result(const struct yt_operation *op)
{
	if (op->err)
		return BIT(CRYPTORTURE_WHAT_STATUS);
	return check_output(op) | (iv_wrong(op) ? BIT(CRYPTORTURE_WHAT_IV) : 0);
}

u32 yt_verify_alone(struct yt_operation *op)
{
	return check(op);
}

void yt_verify_stuck(struct yt_operation *op)
{
	if (op->stuck)
		return;
	op->stuck = true;
	/* Which CPU has it is not known. */
	count(op, op->cpu_before, count_mismatch, false);
	yt_note(op, BIT(CRYPTORTURE_WHAT_STUCK));
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/slab.h>

#include "chain/chain.h"
#include "context/bench.h"
#include "context/task.h"
#include "cpu/clock.h"
#include "cpu/patience.h"
#include "op/choice.h"
#include "op/operation.h"
#include "op/submit.h"
#include "verify/wait.h"

/* Operations between two reads of the clock. */
#define STRETCH		8
#define RAW_STRETCH	64
#define BENCH_SEED	0x6265e6c8

static bool give_up(const struct yt_cpu *cpu)
{
	return READ_ONCE(cpu->exercise->stopping);
}

/* Return: -ETIME when the request is not completed; else the driver's result. */
static int submit_and_wait(struct yt_operation *op)
{
	int err = 0;

	reinit_completion(&op->done);
	if (!yt_operation_submit(op))
		err = yt_operation_finish(op, give_up);
	return err ? err : op->err;
}

static void aim(struct yt_operation *op, struct yt_test_sa *test_sa,
		const struct yt_bench_spec *spec, unsigned int number)
{
	op->reader.test_sa = test_sa;
	op->transform = 0;
	op->driver = 0;
	op->vector = number % YT_SA_VECTORS;
	op->direction = spec->direction;
	/*
	 * One piece: scattered ones would cost the driver itself more. Out of
	 * place, as in a chain; and the input must last for the next time.
	 */
	yt_layout_plain(&op->layout, YT_OUT_OF_PLACE);
}

/*
 * The driver only, without the code around each operation; but a request
 * whose pointers were changed cannot be submitted again.
 */
static int submit_raw(struct yt_operation *op, bool encrypt, bool aead)
{
	int err;

	atomic_set(&op->outstanding, 1);
	err = yt_request_submit(op->request, yt_operation_transform(op),
				encrypt);
	if (unlikely(err == -EINPROGRESS || err == -EBUSY)) {
		/* The callback decrements it. */
		atomic_inc(&op->cpu->outstanding);
		op->course.async = true;
		op->since = yt_patience();
		if (yt_operation_finish(op, give_up))
			return -ETIME;
		reinit_completion(&op->done);
		err = op->err;
	}
	if (unlikely(yt_request_place_differs(op->request, aead, &op->args)))
		return -EPROTO;
	return err;
}

/* The same time for each packet, for their lengths differ a little. */
static int measure_raw(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
		       struct yt_bench_result *result)
{
	u64 length = spec->duration_ms * (u64)NSEC_PER_MSEC;
	struct yt_operation *op = stand->cpu->task;
	unsigned int number = 0, i;
	bool aead;
	u64 start;
	int err;

	do {
		aim(op, stand->test_sa, spec, number++);
		yt_operation_prepare(op);
		aead = yt_operation_transform(op)->aead;
		start = ktime_get_ns();
		for (i = 0; i < RAW_STRETCH; i++) {
			err = submit_raw(op, spec->direction == CRYPTORTURE_DIRECTION_ENCRYPT,
					 aead);
			if (err)
				return err;
		}
		result->time += ktime_get_ns() - start;
		result->operations += RAW_STRETCH;
		result->bytes += RAW_STRETCH *
				 (u64)yt_operation_vector(op)->text_len;
		cond_resched();
	} while ((result->time < length || number % YT_SA_VECTORS) &&
		 !yt_steps_cancelled(spec->steps));
	return 0;
}

static int step_single(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
		       struct yt_random *random)
{
	struct yt_operation *op = stand->cpu->task;
	int err;

	op->reader.test_sa = stand->test_sa;
	yt_choice_make(op, &stand->group, random);
	op->direction = spec->direction;
	/* In place where that can be, as half of them are in a run. */
	yt_layout_plain(&op->layout, spec->direction == CRYPTORTURE_DIRECTION_ENCRYPT ?
			YT_IN_PLACE : YT_OUT_OF_PLACE);
	err = yt_task_run(op, give_up);
	return err > 0 ? -EIO : err;
}

/* The naive way: the same packet once more by the generic driver. */
static int step_naive(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
		      unsigned int number)
{
	struct yt_operation *op = stand->cpu->task;
	struct yt_operation *again = &stand->cpu->softirq[0];
	unsigned int len;
	int err;

	aim(op, stand->test_sa, spec, number);
	yt_layout_plain(&op->layout, YT_IN_PLACE);
	yt_operation_prepare(op);
	err = submit_and_wait(op);
	if (err)
		return err;
	aim(again, stand->generic, spec, number);
	yt_layout_plain(&again->layout, YT_IN_PLACE);
	again->context = CRYPTORTURE_CONTEXT_TASK;
	yt_operation_prepare(again);
	err = submit_and_wait(again);
	if (err)
		return err;
	yt_operation_expected(op, &len);
	/* Drivers that generate their IVs differ legitimately. */
	if (memcmp(op->destination.pieces[0].data,
		   again->destination.pieces[0].data, len) &&
	    spec->driver->alg->form != YT_FORM_ECHAINIV)
		return -EIO;
	return 0;
}

static int step(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
		struct yt_random *random, unsigned int number)
{
	if (spec->mode == CRYPTORTURE_BENCH_MODE_NAIVE)
		return step_naive(stand, spec, number);
	/* Verified, too, where there can be no chain. */
	return step_single(stand, spec, random);
}

/* One operation after the other. */
static int measure_steps(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
			 struct yt_bench_result *result)
{
	u64 length = spec->duration_ms * (u64)NSEC_PER_MSEC;
	unsigned int number = 0, i;
	struct yt_random random;
	u64 start;
	int err;

	yt_random_init(&random, BENCH_SEED, 0, 0);
	start = ktime_get_ns();
	do {
		for (i = 0; i < STRETCH; i++) {
			err = step(stand, spec, &random, number++);
			if (err)
				return err;
			result->bytes += yt_operation_vector
				(stand->cpu->task)->text_len;
		}
		cond_resched();
		result->time = ktime_get_ns() - start;
	} while (result->time < length && !yt_steps_cancelled(spec->steps));
	result->operations = number;
	return 0;
}

/*
 * Chains make both directions. The measured one is charged with the time of its own
 * operations, each with its checks, and half of the time that the chains need besides.
 */
static void share(const struct yt_chain *chain, u64 bytes, u64 operations,
		  u64 total, const struct yt_bench_spec *spec,
		  struct yt_bench_result *result)
{
	u64 half = operations / 2, timed = 0, own = 0;
	unsigned int way;
	s64 rest;

	for (way = CRYPTORTURE_DIRECTION_ENCRYPT; way <= CRYPTORTURE_DIRECTION_DECRYPT; way++) {
		u64 time = yt_clock_ns(0, chain->spent[way]);

		time = div64_u64(time * half, max(chain->done[way], 1ULL));
		timed += time;
		if (way == spec->direction)
			own = time;
	}
	/* Below 0 where reading the clock took more: both directions add up to the total. */
	rest = (s64)(total - timed) / 2;
	result->operations = half;
	result->bytes = bytes / 2;
	result->time = max_t(s64, (s64)own + rest, 1);
}

static int measure_chains(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
			  struct yt_bench_result *result)
{
	u64 length = spec->duration_ms * (u64)NSEC_PER_MSEC;
	struct yt_chain *chain = stand->cpu->chain;
	struct yt_chain_spec which = {
		.test_sa = stand->test_sa,
		.group = &stand->group,
		.limit = YT_CHAIN_NS,
		.metered = true,
	};
	/* All packets alike, as in measure_raw(). */
	u64 operations = 0, bytes = 0, start, total;
	struct yt_random random;
	int made;

	stand->cpu->task->reader.test_sa = stand->test_sa;
	yt_random_init(&random, BENCH_SEED, 0, 0);
	start = ktime_get_ns();
	which.vector = YT_SA_VECTORS - 1;
	do {
		which.vector = (which.vector + 1) % YT_SA_VECTORS;
		made = yt_chain_run(chain, &which, &random, give_up);
		if (chain->wrong)
			return -EIO;
		if (made <= 0)
			return made == -ETIME ? made : -ENOMEM;
		operations += made;
		bytes += (u64)made * stand->test_sa->vectors[which.vector].text_len;
		total = ktime_get_ns() - start;
	} while ((total < length ||
		  which.vector != YT_SA_VECTORS - 1) &&
		 !yt_steps_cancelled(spec->steps));
	share(chain, bytes, operations, total, spec, result);
	return 0;
}

static int measure(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
		   struct yt_bench_result *result)
{
	if (spec->mode == CRYPTORTURE_BENCH_MODE_RAW)
		return measure_raw(stand, spec, result);
	if (spec->mode == CRYPTORTURE_BENCH_MODE_VERIFIED &&
	    yt_chain_suits(stand->cpu, &stand->group) &&
	    yt_chain_fits(&stand->test_sa->vectors[0]))
		return measure_chains(stand, spec, result);
	return measure_steps(stand, spec, result);
}

static const char *explain(int err)
{
	switch (err) {
	case -ENOMEM:
		return "there is not enough memory";
	case -EIO:
		return "a result was wrong: find out more with 'cryptorture run'";
	case -EPROTO:
		return "the driver changed its request: find out more with 'cryptorture run'";
	case -ETIME:
		return "a request was not completed: find out more with 'cryptorture run'";
	case -ENOENT:
		return "there is no generic driver of this algorithm to compare with";
	default:
		return "the driver returned an error: find out more with 'cryptorture run'";
	}
}

int yt_bench(const struct yt_bench_spec *spec, struct yt_bench_result *result)
{
	struct yt_bench_stand *stand;
	int err;

	memset(result, 0, sizeof(*result));
	if (spec->mode == CRYPTORTURE_BENCH_MODE_NAIVE) {
		result->generic = yt_bench_generic(spec->driver);
		if (!result->generic) {
			result->why = explain(-ENOENT);
			return -ENOENT;
		}
	}
	err = yt_bench_stand_make(&stand, spec, result->generic, BENCH_SEED);
	if (!err)
		err = measure(stand, spec, result);
	yt_bench_stand_free(stand);
	if (err)
		result->why = explain(err);
	return err;
}

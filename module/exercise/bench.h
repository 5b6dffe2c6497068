/* SPDX-License-Identifier: GPL-2.0-only */
/* Measurements of one driver, on the CPU and in the thread of the caller. */
#ifndef CRYPTORTURE_EXERCISE_BENCH_H
#define CRYPTORTURE_EXERCISE_BENCH_H

#include "exercise/subject.h"

/**
 * struct ct_bench_spec - what to measure; enum ct_bench_attr says what each is
 * @steps: asked between two parts; may be NULL
 */
struct ct_bench_spec {
	const struct ct_subject *subject;
	enum ct_bench_mode mode;
	enum ct_direction direction;
	u32 payload_len;
	u32 duration_ms;
	struct ct_steps *steps;
};

/**
 * struct ct_bench_result - what came out
 * @operations: packets
 * @bytes: of text
 * @time: nanoseconds
 * @generic: what CT_BENCH_NAIVE compared with, else NULL
 * @why: on failure, a sentence that says why
 */
struct ct_bench_result {
	u64 operations;
	u64 bytes;
	u64 time;
	const struct ct_subject *generic;
	const char *why;
};

/**
 * ct_bench() - measure
 * @spec: what
 * @result: where to
 *
 * Process context, one at a time. Ends early, with what it has, when it is cancelled.
 *
 * Return: 0; -ENOENT when there is no generic driver to compare with; -EIO
 * when a result was wrong; -ETIME when the driver keeps a request; -ENOMEM, or what
 * the crypto API says.
 */
int ct_bench(const struct ct_bench_spec *spec, struct ct_bench_result *result);

#endif /* CRYPTORTURE_EXERCISE_BENCH_H */

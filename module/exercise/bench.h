/* SPDX-License-Identifier: GPL-2.0-only */
/* Measurements of one driver, on the CPU and in the thread of the caller. */
#ifndef CRYPTORTURE_EXERCISE_BENCH_H
#define CRYPTORTURE_EXERCISE_BENCH_H

#include "exercise/subject.h"

/**
 * struct yt_bench_spec - what to measure; see enum yt_bench_attr for each field
 * @steps: checked between two parts; may be NULL
 */
struct yt_bench_spec {
	const struct yt_subject *subject;
	enum yt_bench_mode mode;
	enum yt_direction direction;
	u32 payload_len;
	u32 duration_ms;
	struct yt_steps *steps;
};

/**
 * struct yt_bench_result - the measured values
 * @operations: packets
 * @bytes: of text
 * @time: nanoseconds
 * @generic: what CT_BENCH_NAIVE compared with, else NULL
 * @why: on failure, the reason as a sentence
 */
struct yt_bench_result {
	u64 operations;
	u64 bytes;
	u64 time;
	const struct yt_subject *generic;
	const char *why;
};

/**
 * yt_bench() - measure
 * @spec: what
 * @result: where to
 *
 * Process context, one at a time. Ends early, with what it has, when it is cancelled.
 *
 * Return: 0; -ENOENT when there is no generic driver to compare with; -EIO
 * when a result was wrong; -ETIME when a request is not completed; -ENOMEM, or the error
 * of the crypto API.
 */
int yt_bench(const struct yt_bench_spec *spec, struct yt_bench_result *result);

#endif /* CRYPTORTURE_EXERCISE_BENCH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Measurements of one driver, on the CPU and in the thread of the caller. */
#ifndef CRYPTORTURE_CONTEXT_BENCH_H
#define CRYPTORTURE_CONTEXT_BENCH_H

#include "context/bench_stand.h"

/**
 * struct yt_bench_result - the measured values
 * @operations: packets
 * @bytes: of text
 * @time: nanoseconds
 * @generic: what CRYPTORTURE_BENCH_MODE_NAIVE compared with, else NULL
 * @why: on failure, the reason as a sentence
 */
struct yt_bench_result {
	u64 operations;
	u64 bytes;
	u64 time;
	const struct yt_driver *generic;
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

#endif /* CRYPTORTURE_CONTEXT_BENCH_H */

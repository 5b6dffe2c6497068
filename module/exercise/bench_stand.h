/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory and objects of a measurement: see exercise/bench. */
#ifndef CRYPTORTURE_EXERCISE_BENCH_STAND_H
#define CRYPTORTURE_EXERCISE_BENCH_STAND_H

#include "exercise/bench.h"
#include "exercise/cpu.h"

/**
 * struct yt_bench_stand - of one driver, on the present CPU
 * @exercise: a run of one driver; it is stopping from the first mismatch on
 * @ring: where its mismatches go
 * @bundle: vectors of one size
 * @generic: the same vectors for the driver to compare with, or NULL
 * @group: for yt_choice_make()
 * @drivers: for @group
 * @cpu: like that of a worker
 */
struct yt_bench_stand {
	struct yt_exercise exercise;
	struct yt_mismatch_ring ring;
	struct yt_bundle *bundle;
	struct yt_bundle *generic;
	struct yt_pool_group group;
	unsigned int drivers[1];
	struct yt_cpu *cpu;
};

/* The generic driver of its algorithm to compare with, or NULL. */
const struct yt_subject *yt_bench_generic(const struct yt_subject *subject);

/**
 * yt_bench_stand_make() - allocate
 * @stand: where to
 * @spec: what is measured; lasts as long
 * @generic: vectors for it as well, or NULL
 * @seed: of the vectors
 *
 * Process context. Return: 0 or a negative errno; yt_bench_stand_free() is right after
 * either.
 */
int yt_bench_stand_make(struct yt_bench_stand **stand,
			const struct yt_bench_spec *spec,
			const struct yt_subject *generic, u64 seed);
/* Leaks memory of requests in flight, see yt_abandon(). NULL is allowed. Process context. */
void yt_bench_stand_free(struct yt_bench_stand *stand);

#endif /* CRYPTORTURE_EXERCISE_BENCH_STAND_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* What a measurement needs: see exercise/bench. */
#ifndef CRYPTORTURE_EXERCISE_BENCH_STAND_H
#define CRYPTORTURE_EXERCISE_BENCH_STAND_H

#include "exercise/bench.h"
#include "exercise/cpu.h"

/**
 * struct ct_bench_stand - of one driver, on the present CPU
 * @exercise: a run of one driver; it is stopping from the first mismatch on
 * @ring: where its mismatches go
 * @bundle: vectors of one size
 * @generic: the same vectors for the driver to compare with, or NULL
 * @group: for ct_choice_make()
 * @drivers: for @group
 * @cpu: as a worker has it
 */
struct ct_bench_stand {
	struct ct_exercise exercise;
	struct ct_mismatch_ring ring;
	struct ct_bundle *bundle;
	struct ct_bundle *generic;
	struct ct_pool_group group;
	unsigned int drivers[1];
	struct ct_cpu *cpu;
};

/* The generic driver of its algorithm to compare with, or NULL. */
const struct ct_subject *ct_bench_generic(const struct ct_subject *subject);

/**
 * ct_bench_stand_make() - allocate
 * @stand: where to
 * @spec: what is measured; lasts as long
 * @generic: vectors for it as well, or NULL
 * @seed: of the vectors
 *
 * Process context. Return: 0 or a negative errno; ct_bench_stand_free() is right after
 * either.
 */
int ct_bench_stand_make(struct ct_bench_stand **stand,
			const struct ct_bench_spec *spec,
			const struct ct_subject *generic, u64 seed);
/* Gives up what a driver keeps, see ct_abandon(). NULL is allowed. Process context. */
void ct_bench_stand_free(struct ct_bench_stand *stand);

#endif /* CRYPTORTURE_EXERCISE_BENCH_STAND_H */

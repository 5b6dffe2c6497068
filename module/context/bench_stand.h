/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory and objects of a measurement: see context/bench. */
#ifndef CRYPTORTURE_CONTEXT_BENCH_STAND_H
#define CRYPTORTURE_CONTEXT_BENCH_STAND_H

#include "cpu/cpu.h"
#include "drivers/driver.h"
#include "drivers/steps.h"

/**
 * struct yt_bench_spec - what to measure; see enum cryptorture_bench_attr for each
 * @steps: checked between two parts; may be NULL
 */
struct yt_bench_spec {
	const struct yt_driver *driver;
	enum cryptorture_bench_mode mode;
	enum cryptorture_direction direction;
	u32 payload_len;
	u32 duration_ms;
	struct yt_steps *steps;
};

/**
 * struct yt_bench_stand - of one driver, on the present CPU
 * @exercise: a run of one driver; it is stopping from the first mismatch on
 * @ring: where its mismatches go
 * @test_sa: vectors of one size
 * @generic: the same vectors for the driver to compare with, or NULL
 * @group: for yt_choice_make()
 * @numbers: for @group
 * @cpu: like that of a worker
 */
struct yt_bench_stand {
	struct yt_exercise exercise;
	struct yt_mismatch_ring ring;
	struct yt_test_sa *test_sa;
	struct yt_test_sa *generic;
	struct yt_pool_group group;
	unsigned int numbers[1];
	struct yt_cpu *cpu;
};

/* The generic driver of its algorithm to compare with, or NULL. */
const struct yt_driver *yt_bench_generic(const struct yt_driver *driver);

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
			const struct yt_driver *generic, u64 seed);
/* Leaks memory of requests in flight, see yt_abandon(). NULL is allowed. Process context. */
void yt_bench_stand_free(struct yt_bench_stand *stand);

#endif /* CRYPTORTURE_CONTEXT_BENCH_STAND_H */

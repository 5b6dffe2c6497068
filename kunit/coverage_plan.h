/* SPDX-License-Identifier: GPL-2.0-only */
/* A plan of coverage, and cells that are as a test wants them. */
#ifndef CRYPTORTURE_KUNIT_COVERAGE_PLAN_H
#define CRYPTORTURE_KUNIT_COVERAGE_PLAN_H

#include <kunit/test.h>
#include <linux/slab.h>

#include "evidence/coverage.h"

/* One driver of each kind; the third is in the plan of a single test only. */
enum { SIMD_AEAD, SCALAR_CIPHER, BROKEN, DRIVERS };

#define ALL_CONTEXTS	(BIT(__CRYPTORTURE_CONTEXT_MAX) - 1)
/* Three contexts; three directions of an AEAD, two of a cipher. */
#define PLANNED		(__CRYPTORTURE_CONTEXT_MAX * (3 + 2))

static inline struct yt_cell *cell(const struct yt_coverage *coverage,
				   unsigned int cpu,
				   unsigned int driver,
				   unsigned int context,
				   unsigned int direction)
{
	return &coverage->cells[cpu][yt_cell_index(driver, context, direction)];
}

/* Enough of everything in each planned cell. */
static inline void reach_all(struct yt_coverage *coverage)
{
	unsigned int cpu, i;

	for_each_cpu(cpu, &coverage->plan.cpus)
		for (i = 0; i < yt_coverage_cells(coverage); i++) {
			coverage->cells[cpu][i].operations = YT_CELL_MINIMUM;
			coverage->cells[cpu][i].fpu_hits = 1;
			coverage->cells[cpu][i].simd = 1;
			coverage->cells[cpu][i].nested = 1;
			coverage->cells[cpu][i].live = 1;
		}
}

static inline struct yt_coverage *plan(struct kunit *test,
				       unsigned int drivers,
				       const struct cpumask *cpus)
{
	struct yt_coverage *coverage = kunit_kzalloc(test, sizeof(*coverage),
						     GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, coverage);
	KUNIT_ASSERT_EQ(test, yt_coverage_init(coverage, drivers, cpus), 0);
	test->priv = coverage;
	coverage->plan.contexts = ALL_CONTEXTS;
	coverage->plan.disturb = BIT(CRYPTORTURE_DISTURBER_TIMER);
	coverage->plan.live = true;
	coverage->plan.simd[SIMD_AEAD] = true;
	coverage->plan.aead[SIMD_AEAD] = true;
	if (drivers > BROKEN)
		coverage->plan.failed[BROKEN] = true;
	return coverage;
}

/* A test that gives up leaves its cells to this. */
static inline void release(struct kunit *test)
{
	if (test->priv)
		yt_coverage_free(test->priv);
}

static inline unsigned int some_cpu(void)
{
	return cpumask_first(cpu_online_mask);
}

/* All that is wanted on one CPU by a plan of the two healthy drivers. */
static inline struct yt_coverage *plan_one_cpu(struct kunit *test)
{
	struct yt_coverage *coverage = plan(test, BROKEN, cpumask_of(some_cpu()));

	reach_all(coverage);
	return coverage;
}

static inline enum cryptorture_verdict verdict_of(const struct yt_coverage *coverage,
						  const char **why)
{
	struct yt_coverage_sum *sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	enum cryptorture_verdict verdict = CRYPTORTURE_VERDICT_NONE;

	if (sum) {
		yt_coverage_sum(coverage, sum);
		verdict = yt_coverage_verdict(sum, false, 0, 0, why);
	}
	kfree(sum);
	return verdict;
}

#endif /* CRYPTORTURE_KUNIT_COVERAGE_PLAN_H */

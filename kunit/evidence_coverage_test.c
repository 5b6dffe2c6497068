// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "coverage_plan.h"
#include "suites.h"

static void everything_reached_is_clean(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	const char *why = "unset";
	struct yt_coverage_sum sum;

	yt_coverage_sum(coverage, &sum);
	KUNIT_EXPECT_EQ(test, sum.planned, PLANNED);
	KUNIT_EXPECT_EQ(test, sum.reached, PLANNED);
	KUNIT_EXPECT_EQ(test, verdict_of(coverage, &why), CRYPTORTURE_VERDICT_CLEAN);
	KUNIT_EXPECT_NULL(test, why);
}

/* One operation too few in any single cell, and it is no longer clean. */
static void one_missing_cell_is_inconclusive(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int cpu = some_cpu(), driver, context, direction, seen = 0;

	for (driver = 0; driver < BROKEN; driver++)
		for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++)
			for (direction = 0; direction < __CRYPTORTURE_DIRECTION_MAX;
			     direction++) {
				struct yt_cell *c = cell(coverage, cpu, driver,
							 context, direction);
				const char *why = "unset";

				if (!yt_coverage_planned(coverage, driver,
							 context, direction))
					continue;
				seen++;
				c->operations--;
				KUNIT_EXPECT_EQ(test, verdict_of(coverage, &why),
						CRYPTORTURE_VERDICT_INCONCLUSIVE);
				KUNIT_EXPECT_NULL(test, why);
				c->operations++;
			}
	KUNIT_EXPECT_EQ(test, seen, PLANNED);
}

static void a_mismatch_is_corrupt(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int i, cpu = some_cpu();
	const char *why;

	cell(coverage, cpu, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
	     CRYPTORTURE_DIRECTION_DECRYPT)->mismatches = 1;
	KUNIT_EXPECT_EQ(test, verdict_of(coverage, &why), CRYPTORTURE_VERDICT_CORRUPT);
	/* also where hardly anything was reached */
	for (i = 0; i < yt_coverage_cells(coverage); i++)
		coverage->cells[cpu][i].operations = 0;
	cell(coverage, cpu, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
	     CRYPTORTURE_DIRECTION_DECRYPT)->operations = 1;
	KUNIT_EXPECT_EQ(test, verdict_of(coverage, &why), CRYPTORTURE_VERDICT_CORRUPT);
}

static void assert_told(struct kunit *test, const struct yt_coverage_sum *sum,
			bool injecting, u64 injected, u64 found,
			enum cryptorture_verdict expected, const char *word)
{
	const char *why = "unset";

	KUNIT_EXPECT_EQ_MSG(test,
			    yt_coverage_verdict(sum, injecting, injected, found,
						&why), expected,
			    "%llu injected, %llu found", injected, found);
	if (!word)
		KUNIT_EXPECT_NULL(test, why);
	else if (!why || !strstr(why, word))
		KUNIT_FAIL(test, "no \"%s\" in \"%s\"", word,
			   why ? why : "(null)");
}

static void injection_has_to_be_noticed(struct kunit *test)
{
	struct yt_coverage_sum sum = {
		.planned = 4, .reached = 4, .total.operations = 1000,
	};

	assert_told(test, &sum, true, 5, 4, CRYPTORTURE_VERDICT_INCONCLUSIVE,
		    "not found");
	assert_told(test, &sum, true, 5, 0, CRYPTORTURE_VERDICT_INCONCLUSIVE,
		    "not found");
	assert_told(test, &sum, true, 0, 0, CRYPTORTURE_VERDICT_INCONCLUSIVE,
		    "no fault was injected");
	assert_told(test, &sum, false, 0, 0, CRYPTORTURE_VERDICT_CLEAN, NULL);
	sum.total.mismatches = 5;
	assert_told(test, &sum, true, 5, 5, CRYPTORTURE_VERDICT_CORRUPT, NULL);
}

static void nothing_is_not_clean(struct kunit *test)
{
	struct yt_coverage_sum sum = { };

	assert_told(test, &sum, false, 0, 0, CRYPTORTURE_VERDICT_INCONCLUSIVE,
		    "nothing was run");
	sum.planned = 4;
	assert_told(test, &sum, false, 0, 0, CRYPTORTURE_VERDICT_INCONCLUSIVE,
		    "nothing was run");
	sum.total.operations = 1;
	sum.reached = 3;
	assert_told(test, &sum, false, 0, 0, CRYPTORTURE_VERDICT_INCONCLUSIVE, NULL);
}

static void plans_are_kept_to(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);

	KUNIT_EXPECT_TRUE(test, yt_coverage_planned(coverage, SIMD_AEAD,
						    CRYPTORTURE_CONTEXT_TASK,
						    CRYPTORTURE_DIRECTION_TAMPERED));
	KUNIT_EXPECT_FALSE(test, yt_coverage_planned(coverage, SCALAR_CIPHER,
						     CRYPTORTURE_CONTEXT_TASK,
						     CRYPTORTURE_DIRECTION_TAMPERED));
	coverage->plan.contexts = BIT(CRYPTORTURE_CONTEXT_SOFTIRQ);
	KUNIT_EXPECT_FALSE(test, yt_coverage_planned(coverage, SIMD_AEAD,
						     CRYPTORTURE_CONTEXT_TASK,
						     CRYPTORTURE_DIRECTION_ENCRYPT));
	KUNIT_EXPECT_TRUE(test, yt_coverage_planned(coverage, SIMD_AEAD,
						    CRYPTORTURE_CONTEXT_SOFTIRQ,
						    CRYPTORTURE_DIRECTION_ENCRYPT));
}

/* Each count of each cell goes into its own sum, once. */
static void sums_are_over_all_cpus(struct kunit *test)
{
	struct yt_coverage *coverage = plan(test, BROKEN, cpu_online_mask);
	unsigned int cpu, i, fields = sizeof(struct yt_cell) / sizeof(u64);
	unsigned int cpus = cpumask_weight(cpu_online_mask);
	unsigned int cells = BROKEN * __CRYPTORTURE_CONTEXT_MAX * __CRYPTORTURE_DIRECTION_MAX;
	struct yt_coverage_sum sum;

	KUNIT_EXPECT_EQ(test, yt_coverage_memory(coverage),
			(size_t)cpus * (2 * cells * sizeof(struct yt_cell) +
					sizeof(struct yt_visits)));
	for_each_cpu(cpu, cpu_online_mask)
		for (i = 0; i < cells * fields; i++) {
			((u64 *)coverage->cells[cpu])[i] = 60 + i % fields;
			((u64 *)coverage->visits[cpu]->cells)[i] = 40;
		}
	yt_coverage_sum(coverage, &sum);
	KUNIT_EXPECT_EQ(test, sum.planned, cpus * PLANNED);
	KUNIT_EXPECT_EQ(test, sum.reached, cpus * PLANNED);
	KUNIT_EXPECT_EQ(test, sum.exempt, cpus * 3);
	for (i = 0; i < fields; i++) {
		/* of softirqs only: a caller is its own user thread */
		u64 counted = i == offsetof(struct yt_cell, live) / sizeof(u64) ?
			    PLANNED / __CRYPTORTURE_CONTEXT_MAX : PLANNED;

		KUNIT_EXPECT_EQ_MSG(test, ((u64 *)&sum.total)[i],
				    cpus * counted * (100 + i), "count %u", i);
	}
}

/* Operations of others on a CPU count as its own, and are reported with them. */
static void visits_count_for_their_cpu(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int index =
		yt_cell_index(SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK, CRYPTORTURE_DIRECTION_ENCRYPT);
	struct yt_cell *own = &coverage->cells[some_cpu()][index], sum;
	const struct yt_cell visit = { .operations = 3, .simd = 2,
				       .fpu_hits = 1, .mismatches = 7 };

	memset(own, 0, sizeof(*own));
	own->operations = YT_CELL_MINIMUM - 6;
	yt_coverage_visit(coverage, some_cpu(), index, &visit);
	KUNIT_EXPECT_EQ(test, yt_coverage_gap(coverage, some_cpu(), SIMD_AEAD,
					      CRYPTORTURE_CONTEXT_TASK,
					      CRYPTORTURE_DIRECTION_ENCRYPT),
			CRYPTORTURE_GAP_TOO_FEW);
	yt_coverage_visit(coverage, some_cpu(), index, &visit);
	KUNIT_EXPECT_EQ(test, yt_coverage_gap(coverage, some_cpu(), SIMD_AEAD,
					      CRYPTORTURE_CONTEXT_TASK,
					      CRYPTORTURE_DIRECTION_ENCRYPT),
			CRYPTORTURE_GAP_NONE);
	yt_coverage_cell(coverage, some_cpu(), index, &sum);
	KUNIT_EXPECT_EQ(test, sum.operations, (u64)YT_CELL_MINIMUM);
	KUNIT_EXPECT_EQ(test, sum.simd, 4ULL);
	KUNIT_EXPECT_EQ(test, sum.mismatches, 14ULL);
}

/* Before the first run, and after it is forgotten. */
static void nothing_planned_sums_to_nothing(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	struct yt_coverage_sum sum;

	yt_coverage_free(coverage);
	test->priv = NULL;
	KUNIT_EXPECT_NULL(test, coverage->cells);
	memset(&sum, 0xff, sizeof(sum));
	yt_coverage_sum(coverage, &sum);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(&sum, 0, sizeof(sum)));
	KUNIT_EXPECT_EQ(test, yt_coverage_memory(coverage), (size_t)0);
	yt_coverage_free(coverage);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(everything_reached_is_clean),
	KUNIT_CASE(one_missing_cell_is_inconclusive),
	KUNIT_CASE(a_mismatch_is_corrupt),
	KUNIT_CASE(injection_has_to_be_noticed),
	KUNIT_CASE(nothing_is_not_clean),
	KUNIT_CASE(plans_are_kept_to),
	KUNIT_CASE(sums_are_over_all_cpus),
	KUNIT_CASE(visits_count_for_their_cpu),
	KUNIT_CASE(nothing_planned_sums_to_nothing),
	{}
};

struct kunit_suite evidence_coverage_suite = {
	.name = "evidence_coverage",
	.exit = release,
	.test_cases = cases,
};

// SPDX-License-Identifier: GPL-2.0-only
/* Which CPU is suspected, and that none is by chance. */
#include <kunit/test.h>

#include "coverage_plan.h"
#include "evidence/suspect.h"
#include "suites.h"

#define CPUS_MAX	8

/* 1,000 operations on each. */
static int judge(unsigned int count, const u64 *mismatches)
{
	struct yt_suspect_place places[CPUS_MAX] = {};
	unsigned int i;

	for (i = 0; i < count; i++) {
		places[i].operations = 1000;
		places[i].mismatches = mismatches[i];
	}
	return yt_suspect_judge(places, count);
}

/* The cases of the control program, which comes to the same. */
static void the_one_that_has_them_all(struct kunit *test)
{
	static const struct {
		unsigned int count;
		u64 mismatches[CPUS_MAX];
		int suspect;
	} cases[] = {
		{ 0, {}, -1 },
		{ 2, { 0, 0 }, -1 },
		{ 8, { 0, 0, 0, 12, 0, 0, 0, 0 }, 3 },
		{ 4, { 1, 0, 0, 0 }, -1 },		/* one has to be somewhere */
		{ 2, { 2, 0 }, -1 },			/* heads twice */
		{ 2, { 7, 0 }, -1 },
		{ 2, { 0, 8 }, 1 },			/* 2 * 2^-8 */
		{ 4, { 50, 40, 45, 55 }, -1 },		/* all alike */
		{ 4, { 100, 40, 10, 10 }, -1 },		/* others are not healthy */
		{ 4, { 100, 3, 0, 1 }, 0 },
		{ 2, { 12, 0 }, 0 },
		{ 1, { 12 }, -1 },
		{ 2, { 1ULL << 50, 5 }, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, judge(cases[i].count,
						cases[i].mismatches),
				    cases[i].suspect, "case %u", i);
}

/* One that does nearly all the work has nearly all that goes wrong. */
static void work_counts(struct kunit *test)
{
	struct yt_suspect_place places[] = {
		{ .operations = 990000, .mismatches = 40 },
		{ .operations = 1000, .mismatches = 0 },
		{ .operations = 9000, .mismatches = 0 },
	};

	KUNIT_EXPECT_EQ(test, yt_suspect_judge(places, 3), -1);
	places[0].operations = 10000;
	KUNIT_EXPECT_EQ(test, yt_suspect_judge(places, 3), 0);
	/* Nobody else was tested. */
	places[1].operations = 0;
	places[2].operations = 0;
	KUNIT_EXPECT_EQ(test, yt_suspect_judge(places, 3), -1);
}

/* Those that were moved in mid-flight say nothing; visits count for their CPU. */
static void counts_come_from_the_cells(struct kunit *test)
{
	struct yt_coverage *coverage = plan(test, BROKEN, cpu_online_mask);
	unsigned int last = cpumask_last(cpu_online_mask);
	const struct yt_cell visit = { .operations = 5, .mismatches = 30 };
	struct cpumask *found = kunit_kzalloc(test, sizeof(*found), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, found);
	if (last == some_cpu())
		return;
	reach_all(coverage);
	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->mismatches = 100;
	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->mismatches_moved = 100;
	KUNIT_ASSERT_EQ(test, yt_suspect_find(coverage, found), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_empty(found));
	yt_coverage_visit(coverage, last,
			  yt_cell_index(SCALAR_CIPHER, CRYPTORTURE_CONTEXT_TASK,
					CRYPTORTURE_DIRECTION_DECRYPT), &visit);
	KUNIT_ASSERT_EQ(test, yt_suspect_find(coverage, found), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(found, cpumask_of(last)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_one_that_has_them_all),
	KUNIT_CASE(work_counts),
	KUNIT_CASE(counts_come_from_the_cells),
	{}
};

struct kunit_suite evidence_suspect_suite = {
	.name = "evidence_suspect",
	.exit = release,
	.test_cases = cases,
};

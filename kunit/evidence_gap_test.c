// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of a cell before it counts as reached. */
#include <kunit/test.h>

#include "coverage_plan.h"
#include "suites.h"

static enum cryptorture_gap gap(const struct yt_coverage *coverage, unsigned int driver,
				enum cryptorture_context context,
				enum cryptorture_direction direction)
{
	return yt_coverage_gap(coverage, some_cpu(), driver, context,
			       direction);
}

/* In task context, of SIMD drivers, where a timer was to interrupt them. */
static void fpu_hits_are_wanted(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int i;

	for (i = 0; i < yt_coverage_cells(coverage); i++)
		coverage->cells[some_cpu()][i].fpu_hits = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NO_FPU_HIT);
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NO_FPU_HIT);
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_TAMPERED), CRYPTORTURE_GAP_NONE);
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
	coverage->plan.disturb = BIT(CRYPTORTURE_DISTURBER_PREEMPT);
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
	coverage->plan.disturb = BIT(CRYPTORTURE_DISTURBER_TIMER);
	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->fpu_hits = 1;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
}

static void gaps_say_why(struct kunit *test)
{
	struct yt_coverage *coverage = plan(test, DRIVERS,
					    cpumask_of(some_cpu()));
	const char *why;

	reach_all(coverage);
	KUNIT_EXPECT_EQ(test, gap(coverage, BROKEN, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_DRIVER_FAILED);
	KUNIT_EXPECT_EQ(test, verdict_of(coverage, &why),
			CRYPTORTURE_VERDICT_INCONCLUSIVE);

	cell(coverage, some_cpu(), SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->operations = YT_CELL_MINIMUM - 1;
	cell(coverage, some_cpu(), SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
	     CRYPTORTURE_DIRECTION_DECRYPT)->operations = 0;
	cell(coverage, some_cpu(), SCALAR_CIPHER, CRYPTORTURE_CONTEXT_TASK,
	     CRYPTORTURE_DIRECTION_DECRYPT)->operations = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_TOO_FEW);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NO_SOFTIRQ);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_TOO_FEW);
	cpumask_set_cpu(some_cpu(), &coverage->unplugged);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_CPU_OFFLINE);
	/* what was reached before the CPU went is reached */
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NONE);
}

/* IPIs interrupt as timers do; callers are interrupted as workers are. */
static void fpu_hits_of_callers_and_ipis(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);

	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->fpu_hits = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NO_FPU_HIT);
	coverage->plan.disturb = BIT(CRYPTORTURE_DISTURBER_IPI);
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NO_FPU_HIT);
	coverage->plan.disturb = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
}

/* Whose FPU sections are in another thread cannot be asked for hits there. */
static void deferred_drivers_are_exempt(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);

	coverage->plan.deferred[SIMD_AEAD] = true;
	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->fpu_hits = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
	KUNIT_EXPECT_EQ(test, yt_coverage_exempt(coverage, SIMD_AEAD,
						 CRYPTORTURE_CONTEXT_TASK,
						 CRYPTORTURE_DIRECTION_ENCRYPT),
			BIT(CRYPTORTURE_EXEMPT_DEFERRED));
	KUNIT_EXPECT_EQ(test, yt_coverage_exempt(coverage, SIMD_AEAD,
						 CRYPTORTURE_CONTEXT_SOFTIRQ,
						 CRYPTORTURE_DIRECTION_ENCRYPT), 0);
	KUNIT_EXPECT_EQ(test, yt_coverage_exempt(coverage, SCALAR_CIPHER,
						 CRYPTORTURE_CONTEXT_CALLER,
						 CRYPTORTURE_DIRECTION_TAMPERED),
			BIT(CRYPTORTURE_EXEMPT_NO_ICV));
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_TAMPERED), CRYPTORTURE_GAP_NOT_APPLICABLE);
}

static void simd_has_to_run(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int context;

	for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++) {
		cell(coverage, some_cpu(), SIMD_AEAD, context,
		     CRYPTORTURE_DIRECTION_TAMPERED)->simd = 0;
		KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, context,
					  CRYPTORTURE_DIRECTION_TAMPERED), CRYPTORTURE_GAP_NO_SIMD);
		cell(coverage, some_cpu(), SCALAR_CIPHER, context,
		     CRYPTORTURE_DIRECTION_DECRYPT)->simd = 0;
		KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, context,
					  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NONE);
	}
}

/* Softirqs have to come over operations, where there are any to come over. */
static void softirqs_have_to_nest(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);

	cell(coverage, some_cpu(), SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
	     CRYPTORTURE_DIRECTION_DECRYPT)->nested = 0;
	cell(coverage, some_cpu(), SCALAR_CIPHER, CRYPTORTURE_CONTEXT_TASK,
	     CRYPTORTURE_DIRECTION_DECRYPT)->nested = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NO_NESTED);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_TASK,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NONE);
	coverage->plan.contexts = BIT(CRYPTORTURE_CONTEXT_SOFTIRQ);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NONE);
}

/* Where they are threads they cannot, nor have a user thread below; and say so. */
static void threaded_softirqs_need_not(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int context;

	for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++) {
		cell(coverage, some_cpu(), SCALAR_CIPHER, context,
		     CRYPTORTURE_DIRECTION_DECRYPT)->nested = 0;
		cell(coverage, some_cpu(), SCALAR_CIPHER, context,
		     CRYPTORTURE_DIRECTION_DECRYPT)->live = 0;
	}
	coverage->plan.threaded = true;
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NONE);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_DECRYPT), CRYPTORTURE_GAP_NO_LIVE);
	KUNIT_EXPECT_EQ(test, yt_coverage_exempt(coverage, SCALAR_CIPHER,
						 CRYPTORTURE_CONTEXT_SOFTIRQ,
						 CRYPTORTURE_DIRECTION_DECRYPT),
			BIT(CRYPTORTURE_EXEMPT_THREADED));
	KUNIT_EXPECT_EQ(test, yt_coverage_exempt(coverage, SCALAR_CIPHER,
						 CRYPTORTURE_CONTEXT_TASK,
						 CRYPTORTURE_DIRECTION_DECRYPT), 0);
}

/* User registers below: of callers, and under softirqs where callers are. */
static void live_registers_are_wanted(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);
	unsigned int context;

	for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++) {
		cell(coverage, some_cpu(), SCALAR_CIPHER, context,
		     CRYPTORTURE_DIRECTION_ENCRYPT)->live = 0;
		KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, context,
					  CRYPTORTURE_DIRECTION_ENCRYPT),
				context == CRYPTORTURE_CONTEXT_TASK ? CRYPTORTURE_GAP_NONE :
							     CRYPTORTURE_GAP_NO_LIVE);
	}
	coverage->plan.live = false;
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
	coverage->plan.live = true;
	coverage->plan.contexts &= ~BIT(CRYPTORTURE_CONTEXT_CALLER);
	KUNIT_EXPECT_EQ(test, gap(coverage, SCALAR_CIPHER, CRYPTORTURE_CONTEXT_SOFTIRQ,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NONE);
}

static void callers_that_do_not_come(struct kunit *test)
{
	struct yt_coverage *coverage = plan_one_cpu(test);

	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->operations = 0;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_NO_CALL);
	cell(coverage, some_cpu(), SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
	     CRYPTORTURE_DIRECTION_ENCRYPT)->operations = 1;
	KUNIT_EXPECT_EQ(test, gap(coverage, SIMD_AEAD, CRYPTORTURE_CONTEXT_CALLER,
				  CRYPTORTURE_DIRECTION_ENCRYPT), CRYPTORTURE_GAP_TOO_FEW);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(fpu_hits_are_wanted),
	KUNIT_CASE(gaps_say_why),
	KUNIT_CASE(fpu_hits_of_callers_and_ipis),
	KUNIT_CASE(deferred_drivers_are_exempt),
	KUNIT_CASE(simd_has_to_run),
	KUNIT_CASE(softirqs_have_to_nest),
	KUNIT_CASE(threaded_softirqs_need_not),
	KUNIT_CASE(live_registers_are_wanted),
	KUNIT_CASE(callers_that_do_not_come),
	{}
};

struct kunit_suite evidence_gap_suite = {
	.name = "evidence_gap",
	.exit = release,
	.test_cases = cases,
};

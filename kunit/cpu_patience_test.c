// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "cpu/patience.h"
#include "suites.h"

/* A machine that stands still, or no waiter. */
static void a_second_counts_at_most(struct kunit *test)
{
	unsigned long before = yt_patience(), went;

	msleep(1500);
	went = yt_patience() - before;
	KUNIT_EXPECT_EQ(test, went, (unsigned long)HZ);
	KUNIT_EXPECT_LT(test, yt_patience() - before - went, (unsigned long)HZ / 2);
}

/* With a waiter it advances like time. */
static void it_goes_on(struct kunit *test)
{
	unsigned long before = yt_patience(), start = jiffies, went, real;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		msleep(100);
		yt_patience();
	}
	went = yt_patience() - before;
	real = jiffies - start;
	KUNIT_EXPECT_GE(test, went, (unsigned long)HZ / 2);
	KUNIT_EXPECT_LE(test, went, real + 1);
}

static struct kunit_case patience_cases[] = {
	KUNIT_CASE(a_second_counts_at_most),
	KUNIT_CASE(it_goes_on),
	{}
};

struct kunit_suite cpu_patience_suite = {
	.name = "cpu_patience",
	.test_cases = patience_cases,
};

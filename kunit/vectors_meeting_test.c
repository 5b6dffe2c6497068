// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "suites.h"
#include "vectors/meeting.h"

/* Whatever the number of algorithms is; all numbers are odd, for 0 is none. */
static void every_algorithm_is_met(struct kunit *test)
{
	struct yt_pool *pool = kunit_kzalloc(test, sizeof(*pool), GFP_KERNEL);
	unsigned int count, met;
	u32 number;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	for (count = 1; count <= YT_ALGORITHMS; count++) {
		met = 0;
		pool->count = count;
		for (number = 1; number < 1000; number += 2)
			met |= BIT(yt_meeting_group(pool, number) -
				   pool->groups);
		KUNIT_EXPECT_EQ_MSG(test, met, (1U << count) - 1, "of %u",
				    count);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_algorithm_is_met),
	{}
};

struct kunit_suite vectors_meeting_suite = {
	.name = "vectors_meeting",
	.test_cases = cases,
};

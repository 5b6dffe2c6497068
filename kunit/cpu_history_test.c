// SPDX-License-Identifier: GPL-2.0-only
/* What a CPU ran lately, as other CPUs read it. */
#include <kunit/test.h>
#include <linux/string.h>

#include "cpu/history.h"
#include "suites.h"

static void one_word_holds_an_operation(struct kunit *test)
{
	u64 index = BIT_ULL(46) - 1;
	u64 op = yt_history_op(65534, CRYPTORTURE_DIRECTION_TAMPERED, index);

	KUNIT_EXPECT_EQ(test, yt_history_driver(op), 65534U);
	KUNIT_EXPECT_EQ(test, (int)yt_history_direction(op),
			(int)CRYPTORTURE_DIRECTION_TAMPERED);
	KUNIT_EXPECT_EQ(test, yt_history_index(op), index);
	op = yt_history_op(0, CRYPTORTURE_DIRECTION_ENCRYPT, 0);
	/* It would end a list. */
	KUNIT_EXPECT_NE(test, op, 0ULL);
	KUNIT_EXPECT_EQ(test, yt_history_driver(op), 0U);
	KUNIT_EXPECT_EQ(test, (int)yt_history_direction(op), (int)CRYPTORTURE_DIRECTION_ENCRYPT);
	KUNIT_EXPECT_EQ(test, yt_history_index(op), 0ULL);
}

static struct yt_history *make(struct kunit *test)
{
	struct yt_history *history = kunit_kzalloc(test, sizeof(*history), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, history);
	return history;
}

static void the_newest_comes_first(struct kunit *test)
{
	struct yt_history *history = make(test);
	const u64 stage[YT_HISTORY_OPS] = { 11, 12, 13, 14, 15, 16, 17, 18 };
	const u64 one = 21;
	struct yt_past past;

	KUNIT_EXPECT_FALSE(test, yt_history_read(history, 0, &past));
	yt_history_begin(history, 100, stage, YT_HISTORY_OPS);
	KUNIT_ASSERT_TRUE(test, yt_history_read(history, 0, &past));
	KUNIT_EXPECT_EQ(test, past.began, 100ULL);
	KUNIT_EXPECT_EQ(test, past.ended, YT_HISTORY_NOW);
	yt_history_end(history, 200);
	yt_history_begin(history, 300, &one, 1);
	yt_history_end(history, 301);

	KUNIT_ASSERT_TRUE(test, yt_history_read(history, 0, &past));
	KUNIT_EXPECT_EQ(test, past.began, 300ULL);
	KUNIT_EXPECT_EQ(test, past.ended, 301ULL);
	KUNIT_EXPECT_EQ(test, past.ops[0], 21ULL);
	KUNIT_EXPECT_EQ(test, past.ops[1], 0ULL);
	KUNIT_ASSERT_TRUE(test, yt_history_read(history, 1, &past));
	KUNIT_EXPECT_EQ(test, past.ended, 200ULL);
	KUNIT_EXPECT_EQ(test, memcmp(past.ops, stage, sizeof(stage)), 0);
	KUNIT_EXPECT_FALSE(test, yt_history_read(history, 2, &past));
}

static void the_oldest_are_overwritten(struct kunit *test)
{
	struct yt_history *history = make(test);
	unsigned int n = 3 * YT_HISTORY_ENTRIES + 1, i;
	struct yt_past past;

	for (i = 1; i <= n; i++) {
		const u64 op = i;

		yt_history_begin(history, 10 * i, &op, 1);
		yt_history_end(history, 10 * i + 5);
	}
	for (i = 0; i < YT_HISTORY_ENTRIES; i++) {
		KUNIT_ASSERT_TRUE(test, yt_history_read(history, i, &past));
		KUNIT_EXPECT_EQ(test, past.ops[0], (u64)(n - i));
		KUNIT_EXPECT_EQ(test, past.ended, 10ULL * (n - i) + 5);
	}
	KUNIT_EXPECT_FALSE(test, yt_history_read(history, YT_HISTORY_ENTRIES, &past));
}

/* As a reader meets it that comes while the entry is written. */
static void what_is_half_written_is_not_read(struct kunit *test)
{
	struct yt_history *history = make(test);
	const u64 op = 7;
	struct yt_past past;

	yt_history_begin(history, 1, &op, 1);
	yt_history_end(history, 2);
	history->past[0].ended = 0;
	KUNIT_EXPECT_FALSE(test, yt_history_read(history, 0, &past));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_word_holds_an_operation),
	KUNIT_CASE(the_newest_comes_first),
	KUNIT_CASE(the_oldest_are_overwritten),
	KUNIT_CASE(what_is_half_written_is_not_read),
	{}
};

struct kunit_suite cpu_history_suite = {
	.name = "cpu_history",
	.test_cases = cases,
};

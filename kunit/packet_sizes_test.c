// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "packet/sizes.h"
#include "suites.h"

#define MOST	9000

static void lists_are_read_and_printed(struct kunit *test)
{
	static const char *const lists[] = {
		"1", "9000", "64,1300-1500", "1-9000", "7,7,7", "2-2",
		"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
	};
	/* one that is a single number is printed as such */
	static const char *const printed[] = {
		"1", "9000", "64,1300-1500", "1-9000", "7,7,7", "2",
		"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
	};
	char text[YT_SIZES_TEXT];
	struct yt_sizes sizes;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		KUNIT_EXPECT_NULL(test, yt_sizes_parse(&sizes, lists[i], MOST));
		KUNIT_EXPECT_EQ(test, yt_sizes_print(&sizes, text,
						     sizeof(text)),
				(unsigned int)strlen(printed[i]));
		KUNIT_EXPECT_STREQ(test, text, printed[i]);
	}
}

static void the_longest_list_has_room(struct kunit *test)
{
	static const char range[] = "8984-8999";
	char list[16 * sizeof(range)];
	char text[YT_SIZES_TEXT];
	struct yt_sizes sizes;
	unsigned int i;

	for (i = 0; i < 16; i++)
		snprintf(list + i * sizeof(range), sizeof(range) + 1, "%s%s",
			 range, i < 15 ? "," : "");
	KUNIT_ASSERT_NULL(test, yt_sizes_parse(&sizes, list, MOST));
	KUNIT_EXPECT_EQ(test, sizes.total, 256U);
	yt_sizes_print(&sizes, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, list);
}

static void other_texts_are_refused(struct kunit *test)
{
	static const struct {
		const char *text;
		const char *word;
	} wrong[] = {
		{ "", "out of bounds" }, { "0", "out of bounds" },
		{ "9001", "out of bounds" }, { "1-9001", "out of bounds" },
		{ "20-10", "out of bounds" }, { "5-", "out of bounds" },
		{ "-5", "out of bounds" }, { "5,", "out of bounds" },
		{ ",5", "out of bounds" }, { "5,,6", "out of bounds" },
		{ "99999999999999999999", "out of bounds" },
		{ "4294967297", "out of bounds" },
		{ "5 6", "not a list" }, { "five", "not a list" },
		{ "5-6-7", "not a list" }, { "0x10", "not a list" },
		{ "5;6", "not a list" }, { " 5", "not a list" },
		{ "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "too many" },
	};
	struct yt_sizes sizes;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		const char *why = yt_sizes_parse(&sizes, wrong[i].text, MOST);

		KUNIT_EXPECT_NOT_NULL_MSG(test, why, "\"%s\" was accepted",
					  wrong[i].text);
		if (why && !strstr(why, wrong[i].word))
			KUNIT_FAIL(test, "\"%s\": %s", wrong[i].text, why);
	}
}

/* Every length of the list comes, about as often as any other, and no other. */
static void draws_are_even(struct kunit *test)
{
	unsigned int seen[32] = { }, i;
	struct yt_random random;
	struct yt_sizes sizes;

	KUNIT_ASSERT_NULL(test, yt_sizes_parse(&sizes, "3,10-16,31", MOST));
	KUNIT_EXPECT_EQ(test, sizes.total, 9U);
	yt_random_init(&random, 1, 2, 3);
	for (i = 0; i < 9000; i++) {
		unsigned int size = yt_sizes_draw(&sizes, &random);

		KUNIT_ASSERT_LT(test, size, (unsigned int)ARRAY_SIZE(seen));
		seen[size]++;
	}
	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		bool listed = i == 3 || (i >= 10 && i <= 16) || i == 31;

		KUNIT_EXPECT_EQ_MSG(test, listed, seen[i] > 800, "%u: %u", i,
				    seen[i]);
		KUNIT_EXPECT_EQ_MSG(test, !listed, seen[i] == 0, "%u: %u", i,
				    seen[i]);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lists_are_read_and_printed),
	KUNIT_CASE(the_longest_list_has_room),
	KUNIT_CASE(other_texts_are_refused),
	KUNIT_CASE(draws_are_even),
	{}
};

struct kunit_suite packet_sizes_suite = {
	.name = "packet_sizes",
	.test_cases = cases,
};

// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "packet/layout.h"
#include "suites.h"

#define CHOICES	20000

struct counts {
	unsigned int in_place;
	unsigned int aligned_source;
	unsigned int aligned_destination;	/* out of place */
	u32 sources;		/* bit n: offset n occurred */
	u32 destinations;	/* out of place */
	u32 in_place_sources;
};

static void count_choices(struct kunit *test, struct counts *counts)
{
	struct ct_random random;
	unsigned int i;

	memset(counts, 0, sizeof(*counts));
	ct_random_init(&random, 5, 0, 0);
	for (i = 0; i < CHOICES; i++) {
		struct ct_layout layout;

		memset(&layout, 0xff, sizeof(layout));
		ct_layout_choose(&layout, &random);
		KUNIT_ASSERT_LT(test, layout.source_offset, 16);
		KUNIT_ASSERT_LT(test, layout.destination_offset, 16);
		counts->aligned_source += !layout.source_offset;
		if (layout.in_place) {
			KUNIT_ASSERT_EQ(test, layout.source_offset,
					layout.destination_offset);
			counts->in_place++;
			counts->in_place_sources |= BIT(layout.source_offset);
		} else {
			counts->sources |= BIT(layout.source_offset);
			counts->destinations |= BIT(layout.destination_offset);
			counts->aligned_destination +=
				!layout.destination_offset;
		}
	}
}

static void every_offset_occurs(struct kunit *test)
{
	struct counts counts;

	count_choices(test, &counts);
	KUNIT_EXPECT_EQ(test, counts.in_place_sources, 0xffffU);
	KUNIT_EXPECT_EQ(test, counts.sources, 0xffffU);
	KUNIT_EXPECT_EQ(test, counts.destinations, 0xffffU);
}

/* Three of four in place; aligned: half, and one of sixteen of the others. */
static void shares_are_as_said(struct kunit *test)
{
	unsigned int apart, aligned = CHOICES * 17 / 32;
	struct counts counts;

	count_choices(test, &counts);
	apart = CHOICES - counts.in_place;
	KUNIT_EXPECT_GT(test, counts.in_place, CHOICES * 73 / 100);
	KUNIT_EXPECT_LT(test, counts.in_place, CHOICES * 77 / 100);
	KUNIT_EXPECT_GT(test, counts.aligned_source, aligned * 95 / 100);
	KUNIT_EXPECT_LT(test, counts.aligned_source, aligned * 105 / 100);
	aligned = apart * 17 / 32;
	KUNIT_EXPECT_GT(test, counts.aligned_destination, aligned * 9 / 10);
	KUNIT_EXPECT_LT(test, counts.aligned_destination, aligned * 11 / 10);
}

static void same_numbers_same_layouts(struct kunit *test)
{
	struct ct_random one, other;
	unsigned int i;

	ct_random_init(&one, 6, 7, 8);
	other = one;
	for (i = 0; i < 1000; i++) {
		struct ct_layout a, b;

		ct_layout_choose(&a, &one);
		ct_layout_choose(&b, &other);
		KUNIT_ASSERT_EQ(test, a.in_place, b.in_place);
		KUNIT_ASSERT_EQ(test, a.source_offset, b.source_offset);
		KUNIT_ASSERT_EQ(test, a.destination_offset,
				b.destination_offset);
	}
}

/* What is read from a name is what it was made from. */
static void names_say_everything(struct kunit *test)
{
	unsigned int source, destination, read, other;
	char name[CT_LAYOUT_NAME + 1];

	for (source = 0; source < 16; source++)
		for (destination = 0; destination < 16; destination++) {
			struct ct_layout layout = {
				.source_offset = source,
				.destination_offset = destination,
			};

			memset(name, 0x5a, sizeof(name));
			ct_layout_name(&layout, name);
			KUNIT_ASSERT_EQ_MSG(test,
					    sscanf(name, "out-of-place+%u+%u",
						   &read, &other), 2, "%s",
					    name);
			KUNIT_ASSERT_EQ(test, read, source);
			KUNIT_ASSERT_EQ(test, other, destination);
			KUNIT_ASSERT_LT(test, strlen(name),
					(size_t)CT_LAYOUT_NAME);
			KUNIT_ASSERT_EQ(test, name[CT_LAYOUT_NAME], 0x5a);
		}
	for (source = 0; source < 16; source++) {
		struct ct_layout layout = { true, source, source };
		char expected[CT_LAYOUT_NAME];

		snprintf(expected, sizeof(expected), "in-place+%u", source);
		ct_layout_name(&layout, name);
		KUNIT_ASSERT_STREQ(test, name, expected);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_offset_occurs),
	KUNIT_CASE(shares_are_as_said),
	KUNIT_CASE(same_numbers_same_layouts),
	KUNIT_CASE(names_say_everything),
	{}
};

struct kunit_suite packet_layout_suite = {
	.name = "packet_layout",
	.test_cases = cases,
};

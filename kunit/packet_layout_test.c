// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/sort.h>

#include "images.h"
#include "suites.h"

#define CHOICES		40000
#define BACKINGS	(BIT(YT_BACKINGS) - 1)
/* What a source has. */
#define NO_SLAB		(BIT(YT_BACKING_PAGE) | BIT(YT_BACKING_VMALLOC))

static bool same_side(const struct yt_side *a, const struct yt_side *b)
{
	return a->backing == b->backing && a->split == b->split &&
	       a->variant == b->variant && a->offset == b->offset;
}

static bool same_layout(const struct yt_layout *a, const struct yt_layout *b)
{
	return a->arrangement == b->arrangement &&
	       same_side(&a->source, &b->source) &&
	       same_side(&a->destination, &b->destination);
}

/* One piece in place, in pages: the fast half. */
static bool is_simple(const struct yt_layout *layout)
{
	return layout->arrangement == YT_IN_PLACE &&
	       layout->destination.backing == YT_BACKING_PAGE &&
	       layout->destination.split == YT_SPLIT_WHOLE;
}

static void assert_side(struct kunit *test, const struct yt_side *side,
			const struct yt_fields *f, u8 backings)
{
	struct yt_pieces p;

	KUNIT_ASSERT_LT(test, side->offset, 16);
	KUNIT_ASSERT_TRUE(test, BIT(side->backing) & backings);
	if (side->backing == YT_BACKING_KMALLOC)
		KUNIT_ASSERT_LE(test, f->end, YT_MAX_SLAB_IMAGE);
	KUNIT_ASSERT_LT(test, (unsigned int)side->split, YT_SPLITS + 0U);
	if (side->split == YT_SPLIT_CROSSING) {
		KUNIT_ASSERT_LE(test, f->end, YT_MAX_CROSSING);
		KUNIT_ASSERT_GE(test, yt_side_crossing(side), 1U);
		KUNIT_ASSERT_LT(test, yt_side_crossing(side), f->icv + 0U);
	} else {
		KUNIT_ASSERT_EQ(test, yt_side_crossing(side), 0U);
		yt_side_cut(&p, side, f, f->icv);
		KUNIT_ASSERT_EQ(test, p.count > 1,
				side->split != YT_SPLIT_WHOLE);
	}
}

static void choices_are_valid(struct kunit *test)
{
	struct yt_random random;
	unsigned int image, i;

	yt_random_init(&random, 5, 0, 0);
	for (image = 0; image < ARRAY_SIZE(images); image++)
		for (i = 0; i < CHOICES / 4; i++) {
			const struct yt_fields *f = &images[image];
			struct yt_layout layout;

			memset(&layout, 0xff, sizeof(layout));
			yt_layout_choose(&layout, &random, f, NO_SLAB, BACKINGS);
			/* An alias lies where the destination does. */
			assert_side(test, &layout.source, f,
				    yt_layout_shared(&layout) ? BACKINGS :
								NO_SLAB);
			assert_side(test, &layout.destination, f, BACKINGS);
			if (layout.arrangement == YT_IN_PLACE)
				KUNIT_ASSERT_TRUE(test,
						  same_side(&layout.source,
							    &layout.destination));
			if (layout.arrangement == YT_ALIAS) {
				KUNIT_ASSERT_EQ(test,
						(int)layout.source.backing,
						(int)layout.destination.backing);
				KUNIT_ASSERT_EQ(test, layout.source.offset,
						layout.destination.offset);
			}
		}
}

static void only_memory_that_there_is(struct kunit *test)
{
	struct yt_random random;
	unsigned int i;

	yt_random_init(&random, 5, 0, 0);
	for (i = 0; i < CHOICES; i++) {
		struct yt_layout layout;

		yt_layout_choose(&layout, &random, &images[8], 0, 0);
		KUNIT_ASSERT_EQ(test, (int)layout.source.backing,
				(int)YT_BACKING_PAGE);
		KUNIT_ASSERT_EQ(test, (int)layout.destination.backing,
				(int)YT_BACKING_PAGE);
	}
}

static void half_are_one_piece_in_place(struct kunit *test)
{
	unsigned int simple = 0, aligned = 0, i;
	struct yt_random random;

	yt_random_init(&random, 5, 0, 0);
	for (i = 0; i < CHOICES; i++) {
		struct yt_layout layout;

		yt_layout_choose(&layout, &random, &images[8], NO_SLAB,
				 BACKINGS);
		simple += is_simple(&layout);
		aligned += is_simple(&layout) && !layout.source.offset;
	}
	/* Half by rule, and a few more by the other half's chance. */
	KUNIT_EXPECT_GT(test, simple, CHOICES * 50U / 100);
	KUNIT_EXPECT_LT(test, simple, CHOICES * 54U / 100);
	/* Of these half, and one of sixteen of the others. */
	KUNIT_EXPECT_GT(test, aligned, simple * 50 / 100);
	KUNIT_EXPECT_LT(test, aligned, simple * 57 / 100);
}

struct seen {
	u32 splits[YT_ARRANGEMENTS][2][YT_BACKINGS];
	u32 offsets[YT_ARRANGEMENTS][2];
	unsigned int alike;
	unsigned int unlike;
};

static void note(struct seen *seen, const struct yt_layout *layout)
{
	const struct yt_side *sides[2] = {
		&layout->source, &layout->destination
	};
	unsigned int i;

	for (i = 0; i < 2; i++) {
		seen->splits[layout->arrangement][i][sides[i]->backing] |=
			BIT(sides[i]->split);
		seen->offsets[layout->arrangement][i] |=
			BIT(sides[i]->offset);
	}
	if (layout->arrangement == YT_ALIAS)
		*(same_side(sides[0], sides[1]) ? &seen->alike :
						  &seen->unlike) += 1;
}

static void everything_is_drawn(struct kunit *test)
{
	unsigned int arrangement, side, backing, i;
	struct seen seen = { };
	struct yt_random random;

	yt_random_init(&random, 5, 0, 0);
	for (i = 0; i < CHOICES; i++) {
		struct yt_layout layout;

		yt_layout_choose(&layout, &random, &images[8], NO_SLAB,
				 BACKINGS);
		note(&seen, &layout);
	}
	for (arrangement = 0; arrangement < YT_ARRANGEMENTS; arrangement++)
		for (side = 0; side < 2; side++) {
			KUNIT_EXPECT_EQ_MSG(test,
					    seen.offsets[arrangement][side],
					    0xffffU, "arrangement %u, side %u",
					    arrangement, side);
			for (backing = 0; backing < YT_BACKINGS; backing++) {
				bool none = !side && !(NO_SLAB & BIT(backing)) &&
					    arrangement == YT_OUT_OF_PLACE;

				KUNIT_EXPECT_EQ_MSG(test,
						    seen.splits[arrangement]
							[side][backing],
						    none ? 0U :
						    (u32)BIT(YT_SPLITS) - 1,
						    "arrangement %u, side %u, backing %u",
						    arrangement, side, backing);
			}
		}
	KUNIT_EXPECT_GT(test, seen.alike, CHOICES / 50U);
	KUNIT_EXPECT_GT(test, seen.unlike, CHOICES / 50U);
}

/* Nor is another layout drawn because the image before was another one. */
static void same_numbers_same_layouts(struct kunit *test)
{
	struct yt_random one, other;
	unsigned int i;

	yt_random_init(&one, 6, 7, 8);
	other = one;
	for (i = 0; i < 1000; i++) {
		struct yt_layout a, b;

		memset(&a, 0x11, sizeof(a));
		memset(&b, 0xee, sizeof(b));
		yt_layout_choose(&a, &one, &images[8], NO_SLAB, BACKINGS);
		yt_layout_choose(&b, &other, &images[8], NO_SLAB, BACKINGS);
		KUNIT_ASSERT_TRUE(test, same_layout(&a, &b));
		yt_layout_choose(&a, &one, &images[0], NO_SLAB, BACKINGS);
		yt_layout_choose(&b, &other, LARGEST_IMAGE, 0, 0);
		KUNIT_ASSERT_EQ(test, one.state, other.state);
	}
}

static void names_as_documented(struct kunit *test)
{
	static const struct {
		const char *name;
		struct yt_layout layout;
	} known[] = {
		{ "in-place/page/whole+3",
		  { YT_IN_PLACE, { 0, 0, 0, 3 }, { 0, 0, 0, 3 } } },
		{ "in-place/vmalloc/crossing7+15",
		  { YT_IN_PLACE,
		    { YT_BACKING_VMALLOC, YT_SPLIT_CROSSING, 7, 15 },
		    { YT_BACKING_VMALLOC, YT_SPLIT_CROSSING, 7, 15 } } },
		{ "alias/kmalloc/fields+0",
		  { YT_ALIAS,
		    { YT_BACKING_KMALLOC, YT_SPLIT_FIELDS, 0, 0 },
		    { YT_BACKING_KMALLOC, YT_SPLIT_FIELDS, 0, 0 } } },
		{ "alias/page/middles-random177+1",
		  { YT_ALIAS,
		    { YT_BACKING_PAGE, YT_SPLIT_MIDDLES, 0, 1 },
		    { YT_BACKING_PAGE, YT_SPLIT_RANDOM, 177, 1 } } },
		{ "out-of-place/vmalloc/ends+5+11",
		  { YT_OUT_OF_PLACE,
		    { YT_BACKING_VMALLOC, YT_SPLIT_ENDS, 0, 5 },
		    { YT_BACKING_VMALLOC, YT_SPLIT_ENDS, 0, 11 } } },
		{ "out-of-place/vmalloc-kmalloc/random65535-random65534+15+14",
		  { YT_OUT_OF_PLACE,
		    { YT_BACKING_VMALLOC, YT_SPLIT_RANDOM, 65535, 15 },
		    { YT_BACKING_KMALLOC, YT_SPLIT_RANDOM, 65534, 14 } } },
		{ "out-of-place/page-vmalloc/first-bytes63+0+0",
		  { YT_OUT_OF_PLACE,
		    { YT_BACKING_PAGE, YT_SPLIT_FIRST, 0, 0 },
		    { YT_BACKING_VMALLOC, YT_SPLIT_BYTES, 63, 0 } } },
		{ "out-of-place/page/last-whole+0+0",
		  { YT_OUT_OF_PLACE,
		    { YT_BACKING_PAGE, YT_SPLIT_LAST, 0, 0 },
		    { YT_BACKING_PAGE, YT_SPLIT_WHOLE, 0, 0 } } },
	};
	char name[YT_LAYOUT_NAME + 1];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		memset(name, 0x5a, sizeof(name));
		yt_layout_name(&known[i].layout, name);
		KUNIT_EXPECT_STREQ(test, name, known[i].name);
		KUNIT_EXPECT_EQ(test, name[YT_LAYOUT_NAME], 0x5a);
	}
}

/* What was chosen has a name that gives it again, and fits where it was chosen. */
static void names_give_layouts_again(struct kunit *test)
{
	struct yt_layout chosen, again;
	char name[YT_LAYOUT_NAME];
	struct yt_random random;
	unsigned int i;

	yt_random_init(&random, 6, 0, 0);
	for (i = 0; i < 20000; i++) {
		const struct yt_fields *fields =
			&images[i % ARRAY_SIZE(images)];

		yt_layout_choose(&chosen, &random, fields, NO_SLAB, BACKINGS);
		yt_layout_name(&chosen, name);
		KUNIT_ASSERT_TRUE_MSG(test, yt_layout_parse(&again, name),
				      "%s", name);
		KUNIT_ASSERT_TRUE_MSG(test, same_layout(&chosen, &again), "%s",
				      name);
		KUNIT_ASSERT_TRUE_MSG(test, yt_layout_fits(&again, fields,
							   NO_SLAB, BACKINGS),
				      "%s", name);
	}
}

static void names_of_nothing(struct kunit *test)
{
	static const char *const wrong[] = {
		"", "in-place", "in-place/", "in-place/page", "in-place/page/",
		"in-place/page/whole", "in-place/page/whole+",
		"in-place/page/whole+16", "in-place/page/whole+3 ",
		"in-place/page/whole+3+4", "in-place/page-kmalloc/whole+0",
		"in-place/page/whole-ends+0", "alias/page-vmalloc/whole+0",
		"out-of-place/page/whole+3", "out-of-place/page/whole+1+-1",
		"in-place/page/crossing+0", "in-place/page/random65536+0",
		"in-place/page/bytes99999999999999999999+0",
		"in-place/tape/whole+0", "beside/page/whole+0",
		"in-place/page/whole+\xff",
	};
	struct yt_layout layout;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_FALSE_MSG(test, yt_layout_parse(&layout, wrong[i]),
				       "%s", wrong[i]);
}

/* Each is a layout, and this image fits in none. */
static void names_that_do_not_fit(struct kunit *test)
{
	static const struct yt_fields small = { 8, 16, 32, 48 };
	static const struct yt_fields large = { 8, 16, 8000, 8016 };
	static const struct {
		const char *name;
		const struct yt_fields *fields;
	} wrong[] = {
		{ "in-place/page/crossing0+0", &small },
		{ "in-place/page/crossing2+0", &small },
		{ "in-place/page/crossing1+0", &large },
		{ "in-place/kmalloc/whole+0", &large },
		{ "in-place/page/bytes64+0", &small },
		{ "out-of-place/kmalloc-page/whole+0+0", &small },
		{ "alias/page/crossing1-whole+0", &small },
	};
	struct yt_layout layout;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		KUNIT_ASSERT_TRUE_MSG(test,
				      yt_layout_parse(&layout, wrong[i].name),
				      "%s", wrong[i].name);
		KUNIT_EXPECT_FALSE_MSG(test, yt_layout_fits(&layout,
							    wrong[i].fields,
							    NO_SLAB, BACKINGS),
				       "%s", wrong[i].name);
	}
}

struct named {
	char name[YT_LAYOUT_NAME];
	struct yt_layout layout;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name,
		      ((const struct named *)b)->name);
}

#define NAMES	10000

static void one_name_one_layout(struct kunit *test)
{
	struct named *all = kunit_kzalloc(test, NAMES * sizeof(*all),
					  GFP_KERNEL);
	struct yt_random random;
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, all);
	yt_random_init(&random, 5, 0, 0);
	for (i = 0; i < NAMES; i++) {
		yt_layout_choose(&all[i].layout, &random, &images[8], NO_SLAB,
				 BACKINGS);
		yt_layout_name(&all[i].layout, all[i].name);
	}
	sort(all, NAMES, sizeof(*all), by_name, NULL);
	for (i = 1; i < NAMES; i++)
		KUNIT_ASSERT_EQ_MSG(test, !by_name(&all[i - 1], &all[i]),
				    same_layout(&all[i - 1].layout,
						&all[i].layout),
				    "%s and %s", all[i - 1].name, all[i].name);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(choices_are_valid),
	KUNIT_CASE(only_memory_that_there_is),
	KUNIT_CASE(half_are_one_piece_in_place),
	KUNIT_CASE(everything_is_drawn),
	KUNIT_CASE(same_numbers_same_layouts),
	KUNIT_CASE(names_as_documented),
	KUNIT_CASE(one_name_one_layout),
	KUNIT_CASE(names_give_layouts_again),
	KUNIT_CASE(names_of_nothing),
	KUNIT_CASE(names_that_do_not_fit),
	{}
};

struct kunit_suite packet_layout_suite = {
	.name = "packet_layout",
	.test_cases = cases,
};

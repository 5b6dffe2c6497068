// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "images.h"
#include "suites.h"

/* Where pieces end, as a set. */
struct ends {
	unsigned int len;
	DECLARE_BITMAP(at, YT_MAX_IMAGE + 1);
};

static struct ends *new_ends(struct kunit *test)
{
	struct ends *ends = kunit_kzalloc(test, sizeof(*ends), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ends);
	return ends;
}

static void find_ends(struct ends *ends, const struct yt_pieces *pieces)
{
	unsigned int i;

	ends->len = 0;
	bitmap_zero(ends->at, YT_MAX_IMAGE + 1);
	for (i = 0; i < pieces->count; i++) {
		ends->len += pieces->lens[i];
		if (ends->len <= YT_MAX_IMAGE)
			__set_bit(ends->len, ends->at);
	}
}

static unsigned int ends_between(const struct ends *ends, unsigned int from,
				 unsigned int to)
{
	unsigned int count = 0, at;

	for (at = from; at < to; at++)
		count += test_bit(at, ends->at);
	return count;
}

static void pieces_are_the_image(struct kunit *test)
{
	unsigned int split, variant, image, side, i, sum;

	for (split = 0; split < YT_SPLITS; split++)
		for (variant = 0; variant < 1000; variant++)
			for (image = 0; image < 2 * ARRAY_SIZE(images); image++) {
				const struct yt_fields *f = &images[image / 2];
				struct yt_pieces p;

				side = image & 1 ? f->end : f->icv;
				memset(&p, 0xff, sizeof(p));
				yt_pieces_cut(&p, split, variant, f, side);
				KUNIT_ASSERT_GE(test, p.count, 1U);
				KUNIT_ASSERT_LE(test, p.count,
						(unsigned int)YT_MAX_PIECES);
				for (i = 0, sum = 0; i < p.count; i++) {
					KUNIT_ASSERT_NE(test, p.lens[i], 0);
					sum += p.lens[i];
				}
				KUNIT_ASSERT_EQ_MSG(test, sum, side,
						    "split %u, variant %u",
						    split, variant);
			}
}

static void some_splits_do_not_cut(struct kunit *test)
{
	unsigned int image;
	struct yt_pieces p;

	for (image = 0; image < ARRAY_SIZE(images); image++) {
		const struct yt_fields *f = &images[image];

		yt_pieces_cut(&p, YT_SPLIT_WHOLE, 0, f, f->end);
		KUNIT_EXPECT_EQ(test, p.count, 1U);
		yt_pieces_cut(&p, YT_SPLIT_CROSSING, 1, f, f->end);
		KUNIT_EXPECT_EQ(test, p.count, 1U);
	}
}

static void single_bytes_at_the_ends(struct kunit *test)
{
	unsigned int image;
	struct yt_pieces p;

	for (image = 1; image < ARRAY_SIZE(images); image++) {
		const struct yt_fields *f = &images[image];

		yt_pieces_cut(&p, YT_SPLIT_FIRST, 0, f, f->end);
		KUNIT_ASSERT_EQ(test, p.count, 2U);
		KUNIT_EXPECT_EQ(test, p.lens[0], 1);
		yt_pieces_cut(&p, YT_SPLIT_LAST, 0, f, f->end);
		KUNIT_ASSERT_EQ(test, p.count, 2U);
		KUNIT_EXPECT_EQ(test, p.lens[1], 1);
		yt_pieces_cut(&p, YT_SPLIT_ENDS, 0, f, f->end);
		KUNIT_ASSERT_EQ(test, p.count, min_t(unsigned int, f->end, 3));
		KUNIT_EXPECT_EQ(test, p.lens[0], 1);
		KUNIT_EXPECT_EQ(test, p.lens[p.count - 1], 1);
	}
}

/* At all edges, and nowhere else. */
static void fields_are_apart(struct kunit *test)
{
	struct ends *ends = new_ends(test);
	unsigned int image, expected, at;
	struct yt_pieces p;

	for (image = 0; image < ARRAY_SIZE(images); image++) {
		const struct yt_fields *f = &images[image];

		yt_pieces_cut(&p, YT_SPLIT_FIELDS, 0, f, f->end);
		find_ends(ends, &p);
		for (at = 1, expected = 0; at <= f->end; at++) {
			bool edge = at == f->iv || at == f->text ||
				    at == f->icv || at == f->end;

			KUNIT_ASSERT_EQ_MSG(test, test_bit(at, ends->at), edge,
					    "image %u at %u", image, at);
			expected += edge;
		}
		KUNIT_EXPECT_EQ(test, p.count, expected);
	}
}

/* One cut in each field of two bytes or more, and none at an edge. */
static void middles_cut_every_field(struct kunit *test)
{
	struct ends *ends = new_ends(test);
	struct yt_pieces p;
	unsigned int image, i;

	for (image = 0; image < ARRAY_SIZE(images); image++) {
		const struct yt_fields *f = &images[image];
		const unsigned int edges[] = {
			0, f->iv, f->text, f->icv, f->end
		};
		unsigned int cuts = 0;

		yt_pieces_cut(&p, YT_SPLIT_MIDDLES, 0, f, f->end);
		find_ends(ends, &p);
		for (i = 0; i < 4; i++) {
			unsigned int len = edges[i + 1] - edges[i];

			KUNIT_ASSERT_EQ_MSG(test,
					    ends_between(ends, edges[i] + 1,
							 edges[i + 1]),
					    len > 1 ? 1U : 0U,
					    "image %u, field %u", image, i);
			cuts += len > 1;
		}
		KUNIT_EXPECT_EQ(test, p.count, cuts + 1);
		/* In the middle of a block, not between two. */
		for (i = 1; i < f->icv - f->text; i++)
			if (test_bit(f->text + i, ends->at))
				KUNIT_EXPECT_EQ(test, i & 1, 1U);
	}
}

static unsigned int longest_run(const struct yt_pieces *p)
{
	unsigned int longest = 0, run = 0, i;

	for (i = 0; i < p->count; i++) {
		run = p->lens[i] == 1 ? run + 1 : 0;
		longest = max(longest, run);
	}
	return longest;
}

static void bytes_come_in_runs(struct kunit *test)
{
	struct ends *ends = new_ends(test);
	unsigned int image, variant;
	struct yt_pieces p;

	for (image = 3; image < ARRAY_SIZE(images); image++) {
		const struct yt_fields *f = &images[image];
		u32 touched = 0;

		for (variant = 0; variant < 64; variant++) {
			yt_pieces_cut(&p, YT_SPLIT_BYTES, variant, f, f->end);
			KUNIT_ASSERT_GE_MSG(test, longest_run(&p),
					    2 + (variant & 7),
					    "image %u, variant %u", image,
					    variant);
			find_ends(ends, &p);
			touched |= test_bit(1, ends->at) ? 1 : 0;
			touched |= test_bit(f->iv + 1, ends->at) ? 2 : 0;
			touched |= test_bit(f->text + 1, ends->at) ? 4 : 0;
			touched |= test_bit(f->icv - 1, ends->at) ? 8 : 0;
			touched |= test_bit(f->end - 1, ends->at) ? 16 : 0;
		}
		KUNIT_EXPECT_EQ_MSG(test, touched, 31U, "image %u", image);
	}
}

static void random_cuts_are_everywhere(struct kunit *test)
{
	const struct yt_fields *f = &images[8];
	struct ends *ends = new_ends(test);
	struct ends *ever = new_ends(test);
	unsigned int variant, at;
	struct yt_pieces p;
	u32 counts = 0;

	for (variant = 0; variant < 20000; variant++) {
		yt_pieces_cut(&p, YT_SPLIT_RANDOM, variant, f, f->end);
		KUNIT_ASSERT_GE(test, p.count, 2U);
		counts |= BIT(p.count);
		find_ends(ends, &p);
		bitmap_or(ever->at, ever->at, ends->at, YT_MAX_IMAGE + 1);
	}
	KUNIT_EXPECT_EQ(test, counts, 0x1fffcU);
	for (at = 1; at < f->end; at++)
		KUNIT_ASSERT_TRUE_MSG(test, test_bit(at, ever->at), "at %u", at);
}

static void same_variant_same_cuts(struct kunit *test)
{
	const struct yt_fields *f = &images[8];
	unsigned int variant, alike = 0;
	struct yt_pieces p, again, next;

	memset(&p, 0, sizeof(p));
	memset(&again, 0, sizeof(again));
	memset(&next, 0, sizeof(next));
	for (variant = 0; variant < 1000; variant++) {
		yt_pieces_cut(&p, YT_SPLIT_RANDOM, variant, f, f->end);
		yt_pieces_cut(&again, YT_SPLIT_RANDOM, variant, f, f->end);
		yt_pieces_cut(&next, YT_SPLIT_RANDOM, variant + 1, f, f->end);
		KUNIT_ASSERT_EQ(test, p.count, again.count);
		KUNIT_ASSERT_EQ(test, memcmp(p.lens, again.lens,
					     p.count * sizeof(p.lens[0])), 0);
		alike += p.count == next.count &&
			 !memcmp(p.lens, next.lens,
				 p.count * sizeof(p.lens[0]));
	}
	KUNIT_EXPECT_LT(test, alike, 5U);
}

/* Against the definition, byte by byte. */
static void assert_common(struct kunit *test, struct ends *sets[3],
			  const struct yt_pieces *one,
			  const struct yt_pieces *other)
{
	struct yt_pieces common;
	unsigned int at, i;

	yt_pieces_common(&common, one, other);
	find_ends(sets[0], one);
	find_ends(sets[1], other);
	find_ends(sets[2], &common);
	KUNIT_ASSERT_EQ(test, sets[2]->len, max(sets[0]->len, sets[1]->len));
	KUNIT_ASSERT_LE(test, common.count, (unsigned int)YT_MAX_PIECES);
	for (i = 0; i < common.count; i++)
		KUNIT_ASSERT_NE(test, common.lens[i], 0);
	for (at = 1; at < sets[2]->len; at++) {
		bool in_one = at > sets[0]->len || test_bit(at, sets[0]->at);
		bool in_other = at > sets[1]->len || test_bit(at, sets[1]->at);

		KUNIT_ASSERT_EQ_MSG(test, test_bit(at, sets[2]->at),
				    in_one && in_other, "at %u", at);
	}
}

static void common_pieces_are_cut_by_both(struct kunit *test)
{
	static const u8 some[] = { 1, 5, 7, 8, 9 };
	struct ends *sets[3] = {
		new_ends(test), new_ends(test), new_ends(test)
	};
	unsigned int a, b, variant, image;

	for (image = 0; image < ARRAY_SIZE(some); image++)
		for (a = 0; a < YT_SPLITS; a++)
			for (b = 0; b < YT_SPLITS; b++)
				for (variant = 0; variant < 20; variant++) {
					const struct yt_fields *f =
						&images[some[image]];
					struct yt_pieces one, other;

					yt_pieces_cut(&one, a, variant, f,
						      f->icv);
					yt_pieces_cut(&other, b, variant * 3,
						      f, f->end);
					assert_common(test, sets, &one, &other);
					assert_common(test, sets, &other, &one);
					assert_common(test, sets, &one, &one);
				}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pieces_are_the_image),
	KUNIT_CASE(some_splits_do_not_cut),
	KUNIT_CASE(single_bytes_at_the_ends),
	KUNIT_CASE(fields_are_apart),
	KUNIT_CASE(middles_cut_every_field),
	KUNIT_CASE(bytes_come_in_runs),
	KUNIT_CASE(random_cuts_are_everywhere),
	KUNIT_CASE(same_variant_same_cuts),
	KUNIT_CASE(common_pieces_are_cut_by_both),
	{}
};

struct kunit_suite packet_pieces_suite = {
	.name = "packet_pieces",
	.test_cases = cases,
};

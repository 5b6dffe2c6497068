// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "evidence/compare.h"
#include "packet/vector.h"
#include "suites.h"

#define LENGTHS		101	/* 0 to 100: every way through the loops */
#define LONGEST_TEXT	9008	/* YT_MAX_PAYLOAD, padded to 16 */

/* Where the two buffers begin, from an address of 64 bytes. */
static const struct {
	unsigned int expected;
	unsigned int actual;
} offsets[] = {
	{ 0, 0 }, { 1, 0 }, { 0, 3 }, { 5, 7 }, { 4, 8 }, { 15, 15 },
};

struct pair {
	u8 *expected;
	u8 *actual;
};

/* Equal where they count, and not a byte alike around it. */
static struct pair new_pair(struct kunit *test, unsigned int which, size_t len)
{
	u8 *a = PTR_ALIGN(test_buffer(test, len + 192), 64);
	u8 *b = PTR_ALIGN(test_buffer(test, len + 192), 64);
	struct pair pair = {
		a + 32 + offsets[which].expected, b + 32 + offsets[which].actual,
	};
	struct rnd_state random;

	memset(a, 0x55, len + 128);
	memset(b, 0xaa, len + 128);
	prandom_seed_state(&random, len);
	prandom_bytes_state(&random, pair.expected, len);
	memcpy(pair.actual, pair.expected, len);
	return pair;
}

static void same_sees_every_bit(struct kunit *test)
{
	unsigned int i, len, bit;

	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		for (len = 0; len < LENGTHS; len++) {
			struct pair p = new_pair(test, i, len);

			KUNIT_ASSERT_TRUE_MSG(test,
					      yt_same(p.expected, p.actual, len),
					      "%u bytes, equal", len);
			for (bit = 0; bit < 8 * len; bit++) {
				p.actual[bit / 8] ^= BIT(bit % 8);
				KUNIT_ASSERT_FALSE_MSG(test,
						       yt_same(p.expected,
							       p.actual, len),
						       "bit %u of %u bytes",
						       bit, len);
				p.actual[bit / 8] ^= BIT(bit % 8);
			}
		}
}

static void same_sees_every_byte_of_a_long_packet(struct kunit *test)
{
	struct pair p = new_pair(test, 3, YT_MAX_IMAGE);
	unsigned int at;

	KUNIT_ASSERT_TRUE(test, yt_same(p.expected, p.actual, YT_MAX_IMAGE));
	for (at = 0; at < YT_MAX_IMAGE; at++) {
		p.actual[at] ^= BIT(at % 8);
		KUNIT_ASSERT_FALSE_MSG(test, yt_same(p.expected, p.actual,
						     YT_MAX_IMAGE),
				       "byte %u", at);
		p.actual[at] ^= BIT(at % 8);
	}
}

/* Two differences never cancel each other. */
static void same_sees_equal_differences(struct kunit *test)
{
	struct pair p = new_pair(test, 0, 100);
	unsigned int one, other;

	for (one = 0; one < 100; one++)
		for (other = 0; other < one; other++) {
			p.actual[one] ^= 0x10;
			p.actual[other] ^= 0x10;
			KUNIT_ASSERT_FALSE_MSG(test, yt_same(p.expected,
							     p.actual, 100),
					       "bytes %u and %u", other, one);
			p.actual[one] ^= 0x10;
			p.actual[other] ^= 0x10;
		}
}

/* The bitmap of blocks, found block by block. */
static void expect_blocks(u8 blocks[YT_BITMAP], const struct pair *p,
			  size_t offset, size_t len)
{
	size_t at;

	memset(blocks, 0, YT_BITMAP);
	for (at = 0; at < len; at += 16)
		if (memcmp(p->expected + offset + at, p->actual + offset + at,
			   min_t(size_t, 16, len - at)))
			blocks[at / 128] |= BIT(at / 16 % 8);
}

/* A single wrong bit. */
static void assert_located(struct kunit *test, const struct pair *p,
			   unsigned int len, unsigned int bit,
			   unsigned int offset, unsigned int text)
{
	struct yt_difference d;
	u8 blocks[YT_BITMAP];

	memset(&d, 0xff, sizeof(d));
	p->actual[bit / 8] ^= BIT(bit % 8);
	KUNIT_ASSERT_TRUE_MSG(test, yt_compare(&d, p->expected, p->actual, len,
					       offset, text),
			      "bit %u of %u bytes", bit, len);
	expect_blocks(blocks, p, offset, text);
	p->actual[bit / 8] ^= BIT(bit % 8);
	KUNIT_ASSERT_EQ_MSG(test, d.first, bit / 8, "%u bytes", len);
	KUNIT_ASSERT_EQ_MSG(test, d.last, bit / 8, "%u bytes", len);
	KUNIT_ASSERT_EQ(test, d.wrong_bytes, 1U);
	KUNIT_ASSERT_EQ(test, d.wrong_bits, 1U);
	ASSERT_SAME(test, d.blocks, blocks, YT_BITMAP,
		    "bit %u of %u bytes, text of %u from %u", bit, len, text,
		    offset);
}

static void compare_locates_every_bit(struct kunit *test)
{
	/* bytes of head and of ICV */
	static const struct {
		unsigned int head;
		unsigned int icv;
	} shapes[] = { { 0, 0 }, { 8, 12 }, { 20, 16 }, { 24, 12 } };
	unsigned int i, len, bit;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		unsigned int around = shapes[i].head + shapes[i].icv;

		for (len = around; len < LENGTHS; len++) {
			struct pair p = new_pair(test, i, len);

			for (bit = 0; bit < 8 * len; bit++)
				assert_located(test, &p, len, bit,
					       shapes[i].head, len - around);
		}
	}
}

static void identical_is_no_difference(struct kunit *test)
{
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		for (len = 0; len < LENGTHS; len++) {
			struct pair p = new_pair(test, i, len);
			struct yt_difference d;

			memset(&d, 0xff, sizeof(d));
			KUNIT_ASSERT_FALSE(test, yt_compare(&d, p.expected,
							    p.actual, len, 0,
							    len));
			KUNIT_ASSERT_TRUE_MSG(test,
					      !memchr_inv(&d, 0, sizeof(d)),
					      "%u bytes", len);
		}
}

/* Many differences at once, counted apart. */
static void compare_counts_everything(struct kunit *test)
{
	unsigned int round, i, len = 400, head = 20, text = 365;
	struct pair p = new_pair(test, 3, len);
	struct rnd_state random;

	prandom_seed_state(&random, 16);
	for (round = 0; round < 1000; round++) {
		unsigned int first = ~0U, last = 0, bytes = 0, bits = 0;
		u8 blocks[YT_BITMAP];
		struct yt_difference d;

		memcpy(p.actual, p.expected, len);
		for (i = 0; i <= round % 50; i++)
			p.actual[prandom_u32_state(&random) % len] =
				prandom_u32_state(&random);
		for (i = 0; i < len; i++) {
			u8 diff = p.expected[i] ^ p.actual[i];

			if (!diff)
				continue;
			first = min(first, i);
			last = i;
			bytes++;
			bits += hweight8(diff);
		}
		expect_blocks(blocks, &p, head, text);
		KUNIT_ASSERT_EQ(test, yt_compare(&d, p.expected, p.actual, len,
						 head, text), bytes != 0);
		if (!bytes)
			continue;
		KUNIT_ASSERT_EQ(test, d.first, first);
		KUNIT_ASSERT_EQ(test, d.last, last);
		KUNIT_ASSERT_EQ(test, d.wrong_bytes, bytes);
		KUNIT_ASSERT_EQ(test, d.wrong_bits, bits);
		ASSERT_SAME(test, d.blocks, blocks, YT_BITMAP, "round %u",
			    round);
	}
}

/* Only block @block is wrong, or none when it is negative. */
static void assert_block(struct kunit *test, const struct pair *p,
			 size_t len, size_t at, size_t offset, size_t text,
			 int block)
{
	u8 blocks[YT_BITMAP] = { };
	struct yt_difference d;

	if (block >= 0)
		blocks[block / 8] = BIT(block % 8);
	p->actual[at] ^= 0x80;
	KUNIT_ASSERT_TRUE(test, yt_compare(&d, p->expected, p->actual, len,
					   offset, text));
	p->actual[at] ^= 0x80;
	KUNIT_ASSERT_EQ(test, d.first, at);
	ASSERT_SAME(test, d.blocks, blocks, YT_BITMAP,
		    "byte %zu, text of %zu from %zu", at, text, offset);
}

/* The edges of the text, and every block of the longest one. */
static void blocks_count_from_the_text(struct kunit *test)
{
	const size_t head = 24, icv = 32, len = head + LONGEST_TEXT + icv;
	struct pair p = new_pair(test, 5, len);
	unsigned int block;

	KUNIT_ASSERT_LE(test, LONGEST_TEXT / 16, 8 * YT_BITMAP);
	assert_block(test, &p, len, head - 1, head, LONGEST_TEXT, -1);
	assert_block(test, &p, len, head + LONGEST_TEXT, head, LONGEST_TEXT, -1);
	assert_block(test, &p, len, len - 1, head, LONGEST_TEXT, -1);
	for (block = 0; block < LONGEST_TEXT / 16; block++) {
		size_t first = head + 16 * block;

		assert_block(test, &p, len, first, head, LONGEST_TEXT, block);
		assert_block(test, &p, len, first + 15, head, LONGEST_TEXT,
			     block);
	}
	/* a last block of one byte, and no text at all */
	assert_block(test, &p, len, head + 16, head, 17, 1);
	assert_block(test, &p, len, head + 17, head, 17, -1);
	assert_block(test, &p, len, head, head, 0, -1);
}

/* Longer than any packet: what has no bit is not written beyond the map. */
static void blocks_beyond_the_map_have_no_bit(struct kunit *test)
{
	const size_t len = 16 * 8 * YT_BITMAP + 64;
	struct pair p = new_pair(test, 0, len);
	struct {
		struct yt_difference d;
		u8 guard[8];
	} out;

	memset(&out, 0x5a, sizeof(out));
	p.actual[len - 1] ^= 1;
	p.actual[16 * 8 * YT_BITMAP] ^= 1;
	KUNIT_ASSERT_TRUE(test, yt_compare(&out.d, p.expected, p.actual, len, 0,
					   len));
	KUNIT_ASSERT_EQ(test, out.d.wrong_bytes, 2U);
	KUNIT_ASSERT_TRUE(test, !memchr_inv(out.d.blocks, 0, YT_BITMAP));
	KUNIT_ASSERT_TRUE(test, !memchr_inv(out.guard, 0x5a, 8));
	p.actual[16 * 8 * YT_BITMAP - 1] ^= 1;
	KUNIT_ASSERT_TRUE(test, yt_compare(&out.d, p.expected, p.actual, len, 0,
					   len));
	KUNIT_ASSERT_EQ(test, out.d.blocks[YT_BITMAP - 1], 0x80);
}

static void guards_see_every_bit(struct kunit *test)
{
	u8 *room = PTR_ALIGN(test_buffer(test, 4 * YT_GUARD), 64);
	unsigned int offset, bit;

	for (offset = 0; offset < 16; offset++) {
		u8 *guard = room + 16 + offset;

		memset(room, 0, 2 * YT_GUARD);
		KUNIT_ASSERT_FALSE(test, yt_guard_intact(guard));
		yt_guard_put(guard);
		KUNIT_ASSERT_TRUE(test, yt_guard_intact(guard));
		KUNIT_ASSERT_TRUE(test, !memchr_inv(room, 0, 16 + offset));
		KUNIT_ASSERT_TRUE(test, !memchr_inv(guard + YT_GUARD, 0,
						    YT_GUARD / 2));
		for (bit = 0; bit < 8 * YT_GUARD; bit++) {
			guard[bit / 8] ^= BIT(bit % 8);
			KUNIT_ASSERT_FALSE_MSG(test, yt_guard_intact(guard),
					       "bit %u", bit);
			guard[bit / 8] ^= BIT(bit % 8);
		}
		KUNIT_ASSERT_TRUE(test, yt_guard_intact(guard));
	}
}

/* Whatever a driver writes there, it is unlikely to be the guard's own. */
static void guards_are_like_nothing_else(struct kunit *test)
{
	u8 guard[YT_GUARD], other[YT_GUARD];
	unsigned int i;

	yt_guard_put(guard);
	for (i = 0; i < YT_GUARD; i++) {
		KUNIT_EXPECT_NE(test, guard[i], 0x00);
		KUNIT_EXPECT_NE(test, guard[i], 0xff);
		if (i)
			KUNIT_EXPECT_NE(test, guard[i], guard[i - 1]);
	}
	/* moved by less than a block, or filled with any one byte */
	for (i = 1; i < 16; i++) {
		memcpy(other, guard + i, YT_GUARD - i);
		memcpy(other + YT_GUARD - i, guard, i);
		KUNIT_EXPECT_FALSE_MSG(test, yt_guard_intact(other), "by %u",
				       i);
	}
	for (i = 0; i < 256; i++) {
		memset(other, i, YT_GUARD);
		KUNIT_EXPECT_FALSE_MSG(test, yt_guard_intact(other), "%02x", i);
	}
}

/* Wherever an image is cut in two, what differs is the same. */
static void compare_of_parts_is_that_of_the_whole(struct kunit *test)
{
	static const u8 wrong[] = { 3, 19, 20, 21, 47, 48, 99 };
	struct pair p = new_pair(test, 2, 100);
	struct yt_difference whole, parts;
	unsigned int i, at;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		p.actual[wrong[i]] ^= 0x11;
	KUNIT_ASSERT_TRUE(test, yt_compare(&whole, p.expected, p.actual, 100,
					   20, 70));
	for (at = 0; at <= 100; at++) {
		memset(&parts, 0, sizeof(parts));
		yt_compare_part(&parts, p.expected, p.actual, 0, at, 20, 70);
		yt_compare_part(&parts, p.expected + at, p.actual + at, at,
				100 - at, 20, 70);
		ASSERT_SAME(test, &parts, &whole, sizeof(whole), "cut at %u",
			    at);
	}
}

/* Of few bytes words overlap, of more it is the other one: as all lengths are. */
static void few_are_seen_as_many_are(struct kunit *test)
{
	unsigned int i, len, bit;

	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		for (len = 0; len < 48; len++) {
			struct pair p = new_pair(test, i, len);

			KUNIT_ASSERT_TRUE_MSG(test,
					      yt_same_few(p.expected, p.actual,
							  len),
					      "%u bytes, equal", len);
			for (bit = 0; bit < 8 * len; bit++) {
				p.actual[bit / 8] ^= BIT(bit % 8);
				KUNIT_ASSERT_FALSE_MSG(test,
						       yt_same_few(p.expected,
								   p.actual,
								   len),
						       "bit %u of %u bytes",
						       bit, len);
				p.actual[bit / 8] ^= BIT(bit % 8);
			}
		}
}

static void near_guards_are_the_nearer_halves(struct kunit *test)
{
	u8 *memory = test_buffer(test, 2 * YT_GUARD + 13);
	u8 *begin = memory + YT_GUARD, *end = begin + 13;
	unsigned int bit, at;
	bool near;

	yt_guard_put(memory);
	yt_guard_put(end);
	KUNIT_ASSERT_EQ(test, yt_guard_near_differs(begin, end), 0);
	for (bit = 0; bit < 8 * (2 * YT_GUARD + 13); bit++) {
		at = bit / 8;
		near = (at >= YT_GUARD - YT_GUARD_NEAR && at < YT_GUARD) ||
		       (at >= YT_GUARD + 13 &&
			at < YT_GUARD + 13 + YT_GUARD_NEAR);
		memory[at] ^= BIT(bit % 8);
		KUNIT_ASSERT_EQ_MSG(test, !yt_guard_near_differs(begin, end),
				    !near, "bit %u", bit);
		memory[at] ^= BIT(bit % 8);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(same_sees_every_bit),
	KUNIT_CASE(same_sees_every_byte_of_a_long_packet),
	KUNIT_CASE(same_sees_equal_differences),
	KUNIT_CASE(compare_locates_every_bit),
	KUNIT_CASE(identical_is_no_difference),
	KUNIT_CASE(compare_counts_everything),
	KUNIT_CASE(blocks_count_from_the_text),
	KUNIT_CASE(blocks_beyond_the_map_have_no_bit),
	KUNIT_CASE(guards_see_every_bit),
	KUNIT_CASE(guards_are_like_nothing_else),
	KUNIT_CASE(compare_of_parts_is_that_of_the_whole),
	KUNIT_CASE(few_are_seen_as_many_are),
	KUNIT_CASE(near_guards_are_the_nearer_halves),
	{}
};

struct kunit_suite evidence_compare_suite = {
	.name = "evidence_compare",
	.test_cases = cases,
};

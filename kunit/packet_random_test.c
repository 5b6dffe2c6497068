// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "bytes.h"
#include "packet/random.h"
#include "suites.h"

/* Of the SplitMix64 of Steele, Lea and Flood, from two seeds. */
static void published_outputs(struct kunit *test)
{
	static const struct {
		u64 state;
		u64 outputs[5];
	} published[] = {
		{ 1234567, { 6457827717110365317ULL, 3203168211198807973ULL,
			     9817491932198370423ULL, 4593380528125082431ULL,
			     16408922859458223821ULL } },
		{ 0, { 0xe220a8397b1dcdafULL, 0x6e789e6aa1b965f4ULL,
		       0x06c45d188009454fULL, 0xf88bb8a8724c81ecULL,
		       0x1b39896a51a8749bULL } },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(published); i++) {
		struct yt_random random = { published[i].state };

		for (n = 0; n < ARRAY_SIZE(published[i].outputs); n++)
			KUNIT_ASSERT_EQ_MSG(test, yt_random_u64(&random),
					    published[i].outputs[n],
					    "output %u", n);
	}
}

static void same_numbers_same_stream(struct kunit *test)
{
	struct yt_random one, other;
	unsigned int i;

	memset(&one, 0x00, sizeof(one));
	memset(&other, 0xff, sizeof(other));
	yt_random_init(&one, ~0ULL, 3, BIT_ULL(40));
	yt_random_init(&other, ~0ULL, 3, BIT_ULL(40));
	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, yt_random_u64(&one),
				yt_random_u64(&other));
}

/*
 * A stream walks through its states by the golden gamma: so the distance of two
 * states, divided by it, is the number of steps from one stream to the other.
 */
#define GAMMA		0x9e3779b97f4a7c15ULL
#define GAMMA_INVERSE	0xf1de83e19937733dULL
#define SIDE		8
#define STREAMS		(SIDE * SIDE * SIDE)
#define LONGEST		BIT_ULL(20)	/* steps that any packet may take */

static void streams_are_apart(struct kunit *test)
{
	u64 *states = (u64 *)test_buffer(test, STREAMS * sizeof(u64));
	unsigned int i, n;

	KUNIT_ASSERT_EQ(test, GAMMA * GAMMA_INVERSE, 1ULL);
	for (i = 0; i < STREAMS; i++) {
		struct yt_random random;

		yt_random_init(&random, i % SIDE, i / SIDE % SIDE,
			       i / SIDE / SIDE);
		states[i] = random.state;
	}
	for (i = 0; i < STREAMS; i++)
		for (n = 0; n < i; n++) {
			u64 steps = (states[i] - states[n]) * GAMMA_INVERSE;

			/* in either direction */
			KUNIT_ASSERT_TRUE_MSG(test, steps > LONGEST &&
					      -steps > LONGEST,
					      "%u runs into %u", n, i);
		}
}

static void below_stays_below(struct kunit *test)
{
	static const u32 bounds[] = {
		1, 2, 3, 7, 8, 100, 1461, 9000, 0x7fffffff, 0x80000000,
		0xffffffff,
	};
	struct yt_random random;
	unsigned int i, n;

	yt_random_init(&random, 1, 0, 0);
	for (i = 0; i < ARRAY_SIZE(bounds); i++) {
		u32 bound = bounds[i], least = ~0U, most = 0;

		for (n = 0; n < 20000; n++) {
			u32 value = yt_random_below(&random, bound);

			KUNIT_ASSERT_LT(test, value, bound);
			least = min(least, value);
			most = max(most, value);
		}
		/* from the lowest thousandth to the highest */
		KUNIT_ASSERT_LE(test, least, bound / 1000);
		KUNIT_ASSERT_GE(test, most, bound - 1 - bound / 1000);
	}
}

static void below_is_even(struct kunit *test)
{
	static const u32 bounds[] = { 2, 3, 8, 24, 100, 1461 };
	u32 *counts = (u32 *)test_buffer(test, 1461 * sizeof(u32));
	struct yt_random random;
	unsigned int i, n;

	yt_random_init(&random, 2, 0, 0);
	for (i = 0; i < ARRAY_SIZE(bounds); i++) {
		memset(counts, 0, 1461 * sizeof(u32));
		for (n = 0; n < 1000 * bounds[i]; n++)
			counts[yt_random_below(&random, bounds[i])]++;
		for (n = 0; n < bounds[i]; n++) {
			KUNIT_ASSERT_GT_MSG(test, counts[n], 800U,
					    "%u below %u", n, bounds[i]);
			KUNIT_ASSERT_LT_MSG(test, counts[n], 1200U,
					    "%u below %u", n, bounds[i]);
		}
	}
}

/* Each word from its low end; what is left of the last one is thrown away. */
static void bytes_are_those_of_words(struct kunit *test)
{
	unsigned int len, i;

	for (len = 0; len <= 64; len++) {
		struct yt_random random, words;
		u8 got[65];

		yt_random_init(&random, 3, 0, len);
		words = random;
		memset(got, 0x5a, sizeof(got));
		yt_random_bytes(&random, got, len);
		for (i = 0; i < len; i += 8) {
			u64 word = yt_random_u64(&words);
			unsigned int n;

			for (n = 0; n < 8 && i + n < len; n++)
				KUNIT_ASSERT_EQ_MSG(test, got[i + n],
						    (u8)(word >> 8 * n),
						    "byte %u of %u", i + n,
						    len);
		}
		KUNIT_ASSERT_EQ_MSG(test, got[len], 0x5a, "after %u", len);
		KUNIT_ASSERT_EQ_MSG(test, random.state, words.state,
				    "words used for %u bytes", len);
	}
}

static void bytes_in_whole_words_are_one(struct kunit *test)
{
	unsigned int at, len = 100;

	for (at = 0; at <= len; at += 8) {
		u8 whole[100], pieces[100];
		struct yt_random random;

		yt_random_init(&random, 4, 0, 0);
		yt_random_bytes(&random, whole, len);
		yt_random_init(&random, 4, 0, 0);
		yt_random_bytes(&random, pieces, at);
		yt_random_bytes(&random, pieces + at, len - at);
		ASSERT_SAME(test, pieces, whole, len, "cut at %u", at);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_outputs),
	KUNIT_CASE(same_numbers_same_stream),
	KUNIT_CASE(streams_are_apart),
	KUNIT_CASE(below_stays_below),
	KUNIT_CASE(below_is_even),
	KUNIT_CASE(bytes_are_those_of_words),
	KUNIT_CASE(bytes_in_whole_words_are_one),
	{}
};

struct kunit_suite packet_random_suite = {
	.name = "packet_random",
	.test_cases = cases,
};

// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "kernel_crypto.h"
#include "reference/ghash.h"
#include "suites.h"
#include "vectors/ghash.h"

#define BLOCK	16

static void ghash(const u8 h[BLOCK], u8 out[BLOCK], const u8 *data, size_t len)
{
	struct yt_ghash_key key;

	yt_ghash_setkey(&key, h);
	memset(out, 0, BLOCK);
	yt_ghash_update(&key, out, data, len);
}

/* z = x * y bit by bit: SP 800-38D, algorithm 1, to the letter. */
static void slow_multiply(u8 z[BLOCK], const u8 x[BLOCK], const u8 y[BLOCK])
{
	u8 v[BLOCK], sum[BLOCK] = { 0 };
	unsigned int i, j, out;

	memcpy(v, y, BLOCK);
	for (i = 0; i < 8 * BLOCK; i++) {
		if (x[i / 8] & 0x80 >> i % 8)
			for (j = 0; j < BLOCK; j++)
				sum[j] ^= v[j];
		out = v[BLOCK - 1] & 1;
		for (j = BLOCK - 1; j; j--)
			v[j] = v[j] >> 1 | v[j - 1] << 7;
		v[0] >>= 1;
		if (out)
			v[0] ^= 0xe1;
	}
	memcpy(z, sum, BLOCK);
}

static void published_values(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ghash_vectors); i++) {
		const struct ghash_vector *v = &ghash_vectors[i];
		struct bytes h = from_hex(test, v->h);
		struct bytes aad = from_hex(test, v->aad);
		struct bytes cipher = from_hex(test, v->cipher);
		struct bytes result = from_hex(test, v->result);
		u8 state[BLOCK] = { 0 }, bits[BLOCK];
		struct yt_ghash_key key;

		yt_ghash_setkey(&key, h.data);
		yt_ghash_update(&key, state, aad.data, aad.len);
		yt_ghash_update(&key, state, cipher.data, cipher.len);
		put_unaligned_be64(8 * aad.len, bits);
		put_unaligned_be64(8 * cipher.len, bits + 8);
		yt_ghash_update(&key, state, bits, sizeof(bits));
		ASSERT_SAME(test, state, result.data, BLOCK, "%s", v->source);
	}
}

static void agrees_with_the_definition(struct kunit *test)
{
	struct rnd_state random;
	unsigned int i;

	prandom_seed_state(&random, 38);
	for (i = 0; i < 2000; i++) {
		u8 h[BLOCK], x[BLOCK], product[BLOCK], expected[BLOCK];

		prandom_bytes_state(&random, h, BLOCK);
		prandom_bytes_state(&random, x, BLOCK);
		ghash(h, product, x, BLOCK);
		slow_multiply(expected, x, h);
		ASSERT_SAME(test, product, expected, BLOCK, "pass %u", i);
		/* a field multiplication is commutative */
		ghash(x, product, h, BLOCK);
		ASSERT_SAME(test, product, expected, BLOCK,
			    "exchanged, pass %u", i);
	}
}

/* Every single bit times every single bit: all ways through the tables. */
static void every_pair_of_bits(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < 8 * BLOCK; i++) {
		u8 h[BLOCK] = { 0 };
		struct yt_ghash_key key;

		h[i / 8] = 0x80 >> i % 8;
		yt_ghash_setkey(&key, h);
		for (j = 0; j < 8 * BLOCK; j++) {
			u8 x[BLOCK] = { 0 }, state[BLOCK] = { 0 };
			u8 expected[BLOCK];

			x[j / 8] = 0x80 >> j % 8;
			yt_ghash_update(&key, state, x, BLOCK);
			slow_multiply(expected, x, h);
			ASSERT_SAME(test, state, expected, BLOCK,
				    "x^%u * x^%u", i, j);
		}
	}
}

static void one_and_zero(struct kunit *test)
{
	static const u8 one[BLOCK] = { 0x80 }, zero[BLOCK];
	struct rnd_state random;
	u8 x[BLOCK], product[BLOCK];

	prandom_seed_state(&random, 1);
	prandom_bytes_state(&random, x, BLOCK);
	ghash(one, product, x, BLOCK);
	ASSERT_SAME(test, product, x, BLOCK, "times one");
	ghash(zero, product, x, BLOCK);
	ASSERT_SAME(test, product, zero, BLOCK, "times zero");
	memset(product, 0xff, BLOCK);
	ghash(x, product, x, 0);
	ASSERT_SAME(test, product, zero, BLOCK, "no data");
}

static void is_linear(struct kunit *test)
{
	struct rnd_state random;
	unsigned int len, i;

	prandom_seed_state(&random, 128);
	for (len = 1; len < 300; len++) {
		struct bytes a = random_bytes(test, &random, len);
		struct bytes b = random_bytes(test, &random, len);
		u8 h[BLOCK], of_a[BLOCK], of_b[BLOCK], of_sum[BLOCK];

		prandom_bytes_state(&random, h, BLOCK);
		ghash(h, of_a, a.data, len);
		ghash(h, of_b, b.data, len);
		for (i = 0; i < len; i++)
			a.data[i] ^= b.data[i];
		ghash(h, of_sum, a.data, len);
		for (i = 0; i < BLOCK; i++)
			of_a[i] ^= of_b[i];
		ASSERT_SAME(test, of_sum, of_a, BLOCK, "length %u", len);
	}
}

static void last_block_is_filled_with_zeros(struct kunit *test)
{
	struct rnd_state random;
	unsigned int len;

	prandom_seed_state(&random, 64);
	for (len = 1; len <= 64; len++) {
		struct bytes data = random_bytes(test, &random, len);
		unsigned int full = round_up(len, BLOCK);
		u8 *padded = test_buffer(test, full);
		u8 h[BLOCK], expected[BLOCK], got[BLOCK];

		prandom_bytes_state(&random, h, BLOCK);
		memcpy(padded, data.data, len);
		ghash(h, expected, padded, full);
		ghash(h, got, data.data, len);
		ASSERT_SAME(test, got, expected, BLOCK, "length %u", len);
	}
}

static void pieces_of_whole_blocks_are_one(struct kunit *test)
{
	unsigned int len = 20 * BLOCK, at;
	struct rnd_state random;
	struct yt_ghash_key key;
	u8 h[BLOCK], expected[BLOCK];
	struct bytes data;

	prandom_seed_state(&random, 20);
	prandom_bytes_state(&random, h, BLOCK);
	data = random_bytes(test, &random, len);
	yt_ghash_setkey(&key, h);
	ghash(h, expected, data.data, len);
	for (at = 0; at <= len; at += BLOCK) {
		u8 state[BLOCK] = { 0 };

		yt_ghash_update(&key, state, data.data, at);
		yt_ghash_update(&key, state, data.data + at, len - at);
		ASSERT_SAME(test, state, expected, BLOCK, "cut at %u", at);
	}
}

static void agrees_with_ghash_generic(struct kunit *test)
{
	static const char driver[] = "ghash-generic";
	struct crypto_shash *tfm = crypto_alloc_shash(driver, 0, 0);
	struct rnd_state random;
	unsigned int i;

	skip_without(test, tfm, driver);
	prandom_seed_state(&random, 800);
	for (i = 0; i < 500; i++) {
		unsigned int len = i < 100 ? i : prandom_u32_state(&random) % 2000;
		struct bytes data = random_bytes(test, &random, len);
		u8 h[BLOCK], own[BLOCK], kernel[BLOCK];

		prandom_bytes_state(&random, h, BLOCK);
		KUNIT_EXPECT_EQ(test, crypto_shash_setkey(tfm, h, BLOCK), 0);
		KUNIT_EXPECT_EQ(test,
				crypto_shash_tfm_digest(tfm, data.data, len,
							kernel), 0);
		ghash(h, own, data.data, len);
		EXPECT_SAME(test, own, kernel, BLOCK, "length %u", len);
	}
	crypto_free_shash(tfm);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_values),
	KUNIT_CASE(agrees_with_the_definition),
	KUNIT_CASE(every_pair_of_bits),
	KUNIT_CASE(one_and_zero),
	KUNIT_CASE(is_linear),
	KUNIT_CASE(last_block_is_filled_with_zeros),
	KUNIT_CASE(pieces_of_whole_blocks_are_one),
	KUNIT_CASE(agrees_with_ghash_generic),
	{}
};

struct kunit_suite reference_ghash_suite = {
	.name = "reference_ghash",
	.test_cases = cases,
};

// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "kernel_crypto.h"
#include "reference/sha.h"
#include "suites.h"
#include "vectors/sha.h"

static const enum yt_sha_type types[] = { YT_SHA1, YT_SHA256, YT_SHA512 };
static const char *const names[] = { "SHA-1", "SHA-256", "SHA-512" };

static void digest(enum yt_sha_type type, const u8 *data, size_t len, u8 *out)
{
	struct yt_sha sha;

	yt_sha_init(&sha, type);
	yt_sha_update(&sha, data, len);
	yt_sha_final(&sha, out);
}

static void sizes(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, yt_sha_digest_size(YT_SHA1), 20U);
	KUNIT_ASSERT_EQ(test, yt_sha_digest_size(YT_SHA256), 32U);
	KUNIT_ASSERT_EQ(test, yt_sha_digest_size(YT_SHA512), 64U);
	KUNIT_ASSERT_EQ(test, yt_sha_block_size(YT_SHA1), 64U);
	KUNIT_ASSERT_EQ(test, yt_sha_block_size(YT_SHA256), 64U);
	KUNIT_ASSERT_EQ(test, yt_sha_block_size(YT_SHA512), 128U);
}

static void check_published(struct kunit *test, enum yt_sha_type type,
			    const struct sha_vector *vectors,
			    unsigned int count)
{
	unsigned int i, at;

	for (i = 0; i < count; i++) {
		struct bytes message = from_hex(test, vectors[i].message);
		struct bytes expected = from_hex(test, vectors[i].digest);
		u8 got[YT_SHA_MAX_DIGEST + 1];
		struct yt_sha sha;

		KUNIT_ASSERT_EQ(test, expected.len,
				(size_t)yt_sha_digest_size(type));
		got[expected.len] = 0x5a;
		digest(type, message.data, message.len, got);
		ASSERT_SAME(test, got, expected.data, expected.len,
			    "%zu bytes", message.len);
		KUNIT_ASSERT_EQ_MSG(test, got[expected.len], 0x5a,
				    "written beyond the digest");

		/* byte by byte */
		yt_sha_init(&sha, type);
		for (at = 0; at < message.len; at++)
			yt_sha_update(&sha, message.data + at, 1);
		yt_sha_final(&sha, got);
		ASSERT_SAME(test, got, expected.data, expected.len,
			    "%zu bytes, one by one", message.len);
	}
}

static void published_sha1(struct kunit *test)
{
	check_published(test, YT_SHA1, sha1_vectors, ARRAY_SIZE(sha1_vectors));
}

static void published_sha256(struct kunit *test)
{
	check_published(test, YT_SHA256, sha256_vectors,
			ARRAY_SIZE(sha256_vectors));
}

static void published_sha512(struct kunit *test)
{
	check_published(test, YT_SHA512, sha512_vectors,
			ARRAY_SIZE(sha512_vectors));
}

static void published_million(struct kunit *test)
{
	const unsigned int total = 1000000, piece = 997;
	u8 *letters = test_buffer(test, piece);
	unsigned int i, left;

	memset(letters, 'a', piece);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct bytes expected = from_hex(test, sha_million[types[i]]);
		u8 got[YT_SHA_MAX_DIGEST];
		struct yt_sha sha;

		yt_sha_init(&sha, types[i]);
		for (left = total; left; left -= min(left, piece))
			yt_sha_update(&sha, letters, min(left, piece));
		yt_sha_final(&sha, got);
		ASSERT_SAME(test, got, expected.data, expected.len, "%s",
			    names[i]);
	}
}

static void check_monte_carlo(struct kunit *test, enum yt_sha_type type,
			      const char *const *values, unsigned int count)
{
	unsigned int size = yt_sha_digest_size(type), i, n;
	struct bytes seed = from_hex(test, values[0]);
	u8 *three = test_buffer(test, 3 * size);

	KUNIT_ASSERT_EQ(test, seed.len, (size_t)size);
	for (i = 1; i < count; i++) {
		struct bytes expected = from_hex(test, values[i]);

		for (n = 0; n < 3; n++)
			memcpy(three + n * size, seed.data, size);
		for (n = 0; n < 1000; n++) {
			digest(type, three, 3 * size, seed.data);
			memmove(three, three + size, 2 * size);
			memcpy(three + 2 * size, seed.data, size);
		}
		ASSERT_SAME(test, seed.data, expected.data, size,
			    "checkpoint %u", i - 1);
	}
}

static void published_monte_carlo(struct kunit *test)
{
	check_monte_carlo(test, YT_SHA1, sha1_monte_carlo,
			  ARRAY_SIZE(sha1_monte_carlo));
	check_monte_carlo(test, YT_SHA256, sha256_monte_carlo,
			  ARRAY_SIZE(sha256_monte_carlo));
	check_monte_carlo(test, YT_SHA512, sha512_monte_carlo,
			  ARRAY_SIZE(sha512_monte_carlo));
}

/* Three pieces, with both cuts at every place: over 3 blocks of each hash. */
static void pieces_are_one(struct kunit *test)
{
	struct rnd_state random;
	unsigned int i, a, b;

	prandom_seed_state(&random, 180);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		unsigned int size = yt_sha_digest_size(types[i]);
		unsigned int len = 3 * yt_sha_block_size(types[i]) + 5;
		struct bytes data = random_bytes(test, &random, len);
		u8 expected[YT_SHA_MAX_DIGEST], got[YT_SHA_MAX_DIGEST];
		unsigned int wrong = 0;

		digest(types[i], data.data, len, expected);
		for (a = 0; a <= len; a++) {
			for (b = a; b <= len; b += 1 + (a & 3)) {
				struct yt_sha sha;

				yt_sha_init(&sha, types[i]);
				yt_sha_update(&sha, data.data, a);
				yt_sha_update(&sha, data.data + a, b - a);
				yt_sha_update(&sha, data.data + b, len - b);
				yt_sha_final(&sha, got);
				wrong += !!memcmp(got, expected, size);
			}
			KUNIT_ASSERT_EQ_MSG(test, wrong, 0U,
					    "%s, first cut at %u", names[i], a);
			wrong = 0;
		}
	}
}

static void compare_with_kernel(struct kunit *test, enum yt_sha_type type,
				const char *driver)
{
	struct crypto_shash *tfm = crypto_alloc_shash(driver, 0, 0);
	unsigned int size = yt_sha_digest_size(type), i;
	struct rnd_state random;

	skip_without(test, tfm, driver);
	KUNIT_EXPECT_EQ(test, crypto_shash_digestsize(tfm), size);
	prandom_seed_state(&random, type);
	for (i = 0; i < 600; i++) {
		unsigned int len = i < 400 ? i : prandom_u32_state(&random) % 9000;
		struct bytes data = random_bytes(test, &random, len);
		u8 own[YT_SHA_MAX_DIGEST], kernel[YT_SHA_MAX_DIGEST];

		KUNIT_EXPECT_EQ(test,
				crypto_shash_tfm_digest(tfm, data.data, len,
							kernel), 0);
		digest(type, data.data, len, own);
		EXPECT_SAME(test, own, kernel, size, "length %u", len);
	}
	crypto_free_shash(tfm);
}

static void agrees_with_sha1_generic(struct kunit *test)
{
	compare_with_kernel(test, YT_SHA1, "sha1-generic");
}

static void agrees_with_sha256_generic(struct kunit *test)
{
	compare_with_kernel(test, YT_SHA256, "sha256-generic");
}

static void agrees_with_sha512_generic(struct kunit *test)
{
	compare_with_kernel(test, YT_SHA512, "sha512-generic");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE(published_sha1),
	KUNIT_CASE(published_sha256),
	KUNIT_CASE(published_sha512),
	KUNIT_CASE(published_million),
	KUNIT_CASE(published_monte_carlo),
	KUNIT_CASE(pieces_are_one),
	KUNIT_CASE(agrees_with_sha1_generic),
	KUNIT_CASE(agrees_with_sha256_generic),
	KUNIT_CASE(agrees_with_sha512_generic),
	{}
};

struct kunit_suite reference_sha_suite = {
	.name = "reference_sha",
	.test_cases = cases,
};

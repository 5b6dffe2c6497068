// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "kernel_crypto.h"
#include "reference/hmac.h"
#include "suites.h"
#include "vectors/hmac.h"

static const enum yt_sha_type types[] = { YT_SHA1, YT_SHA256, YT_SHA512 };
static const char *const names[] = { "SHA-1", "SHA-256", "SHA-512" };

static void mac(enum yt_sha_type type, const u8 *key, size_t key_len,
		const u8 *data, size_t len, u8 *out)
{
	struct yt_hmac hmac;

	yt_hmac_init(&hmac, type, key, key_len);
	yt_hmac_update(&hmac, data, len);
	yt_hmac_final(&hmac, out);
}

static void published_macs(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hmac_vectors); i++) {
		const struct hmac_vector *v = &hmac_vectors[i];
		struct bytes key = from_hex(test, v->key);
		struct bytes message = from_hex(test, v->message);
		struct bytes digest = from_hex(test, v->digest);
		u8 got[YT_SHA_MAX_DIGEST + 1];

		KUNIT_ASSERT_GE(test, digest.len, (size_t)12);
		got[yt_sha_digest_size(v->type)] = 0x5a;
		mac(v->type, key.data, key.len, message.data, message.len, got);
		ASSERT_SAME(test, got, digest.data, digest.len, "%s",
			    v->source);
		KUNIT_ASSERT_EQ_MSG(test, got[yt_sha_digest_size(v->type)],
				    0x5a, "written beyond the MAC");
	}
}

/* RFC 2104, section 2, said in terms of the hash alone. */
static void by_definition(struct kunit *test, enum yt_sha_type type,
			  const struct bytes *key, const struct bytes *data,
			  u8 *out)
{
	unsigned int block = yt_sha_block_size(type), i;
	unsigned int size = yt_sha_digest_size(type);
	u8 *inner = test_buffer(test, block + data->len);
	u8 *outer = test_buffer(test, block + size);
	struct yt_sha sha;

	if (key->len > block) {
		yt_sha_init(&sha, type);
		yt_sha_update(&sha, key->data, key->len);
		yt_sha_final(&sha, inner);
	} else {
		memcpy(inner, key->data, key->len);
	}
	memcpy(outer, inner, block);
	for (i = 0; i < block; i++) {
		inner[i] ^= 0x36;
		outer[i] ^= 0x5c;
	}
	memcpy(inner + block, data->data, data->len);
	yt_sha_init(&sha, type);
	yt_sha_update(&sha, inner, block + data->len);
	yt_sha_final(&sha, outer + block);
	yt_sha_init(&sha, type);
	yt_sha_update(&sha, outer, block + size);
	yt_sha_final(&sha, out);
}

static void every_key_length(struct kunit *test)
{
	struct rnd_state random;
	unsigned int i, len;

	prandom_seed_state(&random, 2104);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (len = 0; len < 200; len++) {
			struct bytes key = random_bytes(test, &random, len);
			struct bytes data = random_bytes(test, &random,
							 211 - len);
			u8 got[YT_SHA_MAX_DIGEST], expected[YT_SHA_MAX_DIGEST];

			mac(types[i], key.data, key.len, data.data, data.len,
			    got);
			by_definition(test, types[i], &key, &data, expected);
			ASSERT_SAME(test, got, expected,
				    yt_sha_digest_size(types[i]),
				    "%s, key of %u bytes", names[i], len);
		}
	}
}

static void pieces_are_one(struct kunit *test)
{
	struct rnd_state random;
	unsigned int i, at, len = 300;
	struct bytes key, data;

	prandom_seed_state(&random, 4868);
	key = random_bytes(test, &random, 32);
	data = random_bytes(test, &random, len);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		u8 got[YT_SHA_MAX_DIGEST], expected[YT_SHA_MAX_DIGEST];

		mac(types[i], key.data, key.len, data.data, len, expected);
		for (at = 0; at <= len; at++) {
			struct yt_hmac hmac;

			yt_hmac_init(&hmac, types[i], key.data, key.len);
			yt_hmac_update(&hmac, data.data, at);
			yt_hmac_update(&hmac, data.data + at, len - at);
			yt_hmac_final(&hmac, got);
			ASSERT_SAME(test, got, expected,
				    yt_sha_digest_size(types[i]),
				    "%s, cut at %u", names[i], at);
		}
	}
}

/* A key of one bit more or less must make another MAC. */
static void key_and_data_matter(struct kunit *test)
{
	struct rnd_state random;
	struct bytes key, data;
	unsigned int i, bit;

	prandom_seed_state(&random, 2);
	key = random_bytes(test, &random, 20);
	data = random_bytes(test, &random, 40);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		unsigned int size = yt_sha_digest_size(types[i]);
		u8 first[YT_SHA_MAX_DIGEST], other[YT_SHA_MAX_DIGEST];

		mac(types[i], key.data, key.len, data.data, data.len, first);
		for (bit = 0; bit < 8 * (key.len + data.len); bit++) {
			u8 *byte = bit < 8 * key.len ? key.data + bit / 8 :
				   data.data + bit / 8 - key.len;

			*byte ^= 1 << bit % 8;
			mac(types[i], key.data, key.len, data.data, data.len,
			    other);
			*byte ^= 1 << bit % 8;
			KUNIT_ASSERT_NE_MSG(test, memcmp(first, other, size), 0,
					    "%s, bit %u", names[i], bit);
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
	prandom_seed_state(&random, 4231 + type);
	for (i = 1; i <= 300; i++) {
		unsigned int len = prandom_u32_state(&random) % 2000;
		struct bytes key = random_bytes(test, &random, i);
		struct bytes data = random_bytes(test, &random, len);
		u8 own[YT_SHA_MAX_DIGEST], kernel[YT_SHA_MAX_DIGEST];

		KUNIT_EXPECT_EQ(test, crypto_shash_setkey(tfm, key.data, i), 0);
		KUNIT_EXPECT_EQ(test,
				crypto_shash_tfm_digest(tfm, data.data, len,
							kernel), 0);
		mac(type, key.data, i, data.data, len, own);
		EXPECT_SAME(test, own, kernel, size,
			    "key of %u bytes, %u bytes", i, len);
	}
	crypto_free_shash(tfm);
}

static void agrees_with_hmac_sha1_generic(struct kunit *test)
{
	compare_with_kernel(test, YT_SHA1, "hmac(sha1-generic)");
}

static void agrees_with_hmac_sha256_generic(struct kunit *test)
{
	compare_with_kernel(test, YT_SHA256, "hmac(sha256-generic)");
}

static void agrees_with_hmac_sha512_generic(struct kunit *test)
{
	compare_with_kernel(test, YT_SHA512, "hmac(sha512-generic)");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_macs),
	KUNIT_CASE(every_key_length),
	KUNIT_CASE(pieces_are_one),
	KUNIT_CASE(key_and_data_matter),
	KUNIT_CASE(agrees_with_hmac_sha1_generic),
	KUNIT_CASE(agrees_with_hmac_sha256_generic),
	KUNIT_CASE(agrees_with_hmac_sha512_generic),
	{}
};

struct kunit_suite reference_hmac_suite = {
	.name = "reference_hmac",
	.test_cases = cases,
};

// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "kernel_crypto.h"
#include "reference/aes.h"
#include "suites.h"
#include "vectors/aes.h"

#define MONTE_CARLO_KEYS	100
#define MONTE_CARLO_BLOCKS	1000

static const unsigned int key_lengths[] = { 16, 24, 32 };

static void published_blocks(struct kunit *test)
{
	unsigned int i;
	size_t at;

	for (i = 0; i < ARRAY_SIZE(block_vectors); i++) {
		const struct block_vector *v = &block_vectors[i];
		struct bytes key = from_hex(test, v->key);
		struct bytes plain = from_hex(test, v->plain);
		struct bytes cipher = from_hex(test, v->cipher);
		u8 out[YT_AES_BLOCK];
		struct yt_aes aes;

		KUNIT_ASSERT_EQ(test, plain.len, cipher.len);
		KUNIT_ASSERT_GE(test, plain.len, (size_t)YT_AES_BLOCK);
		KUNIT_ASSERT_EQ(test, 0,
				yt_aes_setkey(&aes, key.data, key.len));
		for (at = 0; at < plain.len; at += YT_AES_BLOCK) {
			yt_aes_encrypt(&aes, out, plain.data + at);
			ASSERT_SAME(test, out, cipher.data + at, YT_AES_BLOCK,
				    "encryption: %s", v->source);
			yt_aes_decrypt(&aes, out, cipher.data + at);
			ASSERT_SAME(test, out, plain.data + at, YT_AES_BLOCK,
				    "decryption: %s", v->source);
		}
	}
}

/* The first @count bits of @bytes are ones, the others zeros. */
static void first_bits(u8 *bytes, size_t len, unsigned int count)
{
	unsigned int i;

	memset(bytes, 0, len);
	for (i = 0; i < count; i++)
		bytes[i / 8] |= 0x80 >> i % 8;
}

static void check_patterns(struct kunit *test, const char *const *ciphers,
			   unsigned int count, unsigned int key_len,
			   bool in_key)
{
	u8 key[YT_AES_MAX_KEY], plain[YT_AES_BLOCK], out[YT_AES_BLOCK];
	struct yt_aes aes;
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct bytes cipher = from_hex(test, ciphers[i]);

		KUNIT_ASSERT_EQ(test, cipher.len, (size_t)YT_AES_BLOCK);
		first_bits(key, key_len, in_key ? i + 1 : 0);
		first_bits(plain, sizeof(plain), in_key ? 0 : i + 1);
		KUNIT_ASSERT_EQ(test, 0, yt_aes_setkey(&aes, key, key_len));
		yt_aes_encrypt(&aes, out, plain);
		ASSERT_SAME(test, out, cipher.data, YT_AES_BLOCK,
			    "AES-%u, vector %u", 8 * key_len, i);
		yt_aes_decrypt(&aes, out, cipher.data);
		ASSERT_SAME(test, out, plain, YT_AES_BLOCK,
			    "AES-%u decryption, vector %u", 8 * key_len, i);
	}
}

static void published_variable_texts(struct kunit *test)
{
	check_patterns(test, variable_text_128, ARRAY_SIZE(variable_text_128),
		       16, false);
	check_patterns(test, variable_text_192, ARRAY_SIZE(variable_text_192),
		       24, false);
	check_patterns(test, variable_text_256, ARRAY_SIZE(variable_text_256),
		       32, false);
}

static void published_variable_keys(struct kunit *test)
{
	check_patterns(test, variable_key_128, ARRAY_SIZE(variable_key_128),
		       16, true);
	check_patterns(test, variable_key_192, ARRAY_SIZE(variable_key_192),
		       24, true);
	check_patterns(test, variable_key_256, ARRAY_SIZE(variable_key_256),
		       32, true);
}

static void published_monte_carlo(struct kunit *test)
{
	unsigned int i, round, n;

	for (i = 0; i < ARRAY_SIZE(monte_carlo); i++) {
		const struct block_vector *v = &monte_carlo[i];
		struct bytes key = from_hex(test, v->key);
		struct bytes start = from_hex(test, v->plain);
		struct bytes end = from_hex(test, v->cipher);
		u8 last[2 * YT_AES_BLOCK];	/* the last two results */
		u8 *block = last + YT_AES_BLOCK;
		struct yt_aes aes;

		KUNIT_ASSERT_EQ(test, start.len, (size_t)YT_AES_BLOCK);
		KUNIT_ASSERT_EQ(test, end.len, (size_t)YT_AES_BLOCK);
		memcpy(block, start.data, YT_AES_BLOCK);
		for (round = 0; round < MONTE_CARLO_KEYS; round++) {
			KUNIT_ASSERT_EQ(test, 0, yt_aes_setkey(&aes, key.data,
							       key.len));
			for (n = 0; n < MONTE_CARLO_BLOCKS; n++) {
				memcpy(last, block, YT_AES_BLOCK);
				if (i % 2 == 0)
					yt_aes_encrypt(&aes, block, block);
				else
					yt_aes_decrypt(&aes, block, block);
			}
			for (n = 0; n < key.len; n++)
				key.data[n] ^= last[sizeof(last) - key.len + n];
		}
		ASSERT_SAME(test, block, end.data, YT_AES_BLOCK, "%s",
			    v->source);
	}
}

/* FIPS 197, A.1 to A.3: the first word made and the last. */
static void published_key_expansions(struct kunit *test)
{
	static const struct {
		const char *key;
		unsigned int rounds;
		u32 first, last;
	} expansions[] = {
		{ "2b7e151628aed2a6abf7158809cf4f3c",
		  10, 0xa0fafe17, 0xb6630ca6 },
		{ "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
		  12, 0xfe0c91f7, 0x01002202 },
		{ "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
		  14, 0x9ba35411, 0x706c631e },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(expansions); i++) {
		struct bytes key = from_hex(test, expansions[i].key);
		struct yt_aes aes;

		KUNIT_ASSERT_EQ(test, 0,
				yt_aes_setkey(&aes, key.data, key.len));
		KUNIT_ASSERT_EQ(test, aes.rounds, expansions[i].rounds);
		KUNIT_ASSERT_EQ(test, aes.enc[0],
				get_unaligned_be32(key.data));
		KUNIT_ASSERT_EQ(test, aes.enc[key.len / 4],
				expansions[i].first);
		KUNIT_ASSERT_EQ(test, aes.enc[4 * aes.rounds + 3],
				expansions[i].last);
		/* the inverse cipher begins with the last round key */
		ASSERT_SAME(test, aes.dec, aes.enc + 4 * aes.rounds, 16,
			    "first round key of decryption");
		ASSERT_SAME(test, aes.dec + 4 * aes.rounds, aes.enc, 16,
			    "last round key of decryption");
	}
}

static void other_key_lengths_are_refused(struct kunit *test)
{
	u8 key[64] = { 0 };
	unsigned int len;
	struct yt_aes aes;

	for (len = 0; len <= sizeof(key); len++) {
		bool right = len == 16 || len == 24 || len == 32;

		KUNIT_ASSERT_EQ_MSG(test, yt_aes_setkey(&aes, key, len),
				    right ? 0 : -EINVAL, "length %u", len);
	}
}

static void decryption_undoes_encryption(struct kunit *test)
{
	struct rnd_state random;
	unsigned int i;

	prandom_seed_state(&random, 197);
	for (i = 0; i < 3000; i++) {
		u8 key[YT_AES_MAX_KEY], plain[YT_AES_BLOCK];
		u8 cipher[YT_AES_BLOCK], again[YT_AES_BLOCK];
		struct yt_aes aes;

		prandom_bytes_state(&random, key, sizeof(key));
		prandom_bytes_state(&random, plain, sizeof(plain));
		KUNIT_ASSERT_EQ(test, 0, yt_aes_setkey(&aes, key,
						       key_lengths[i % 3]));
		yt_aes_encrypt(&aes, cipher, plain);
		yt_aes_decrypt(&aes, again, cipher);
		ASSERT_SAME(test, again, plain, YT_AES_BLOCK, "pass %u", i);
		KUNIT_ASSERT_NE(test, memcmp(cipher, plain, YT_AES_BLOCK), 0);
		yt_aes_encrypt(&aes, plain, plain);
		ASSERT_SAME(test, plain, cipher, YT_AES_BLOCK,
			    "encryption in place, pass %u", i);
		yt_aes_decrypt(&aes, plain, plain);
		ASSERT_SAME(test, plain, again, YT_AES_BLOCK,
			    "decryption in place, pass %u", i);
	}
}

static void only_the_block_is_written(struct kunit *test)
{
	u8 out[48], in[YT_AES_BLOCK] = { 0 };
	struct yt_aes aes;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, yt_aes_setkey(&aes, in, sizeof(in)));
	memset(out, 0x5a, sizeof(out));
	/* at an odd address too */
	yt_aes_encrypt(&aes, out + 17, in);
	yt_aes_decrypt(&aes, out + 17, out + 17);
	ASSERT_SAME(test, out + 17, in, YT_AES_BLOCK, "at an odd address");
	for (i = 0; i < sizeof(out); i++)
		if (i < 17 || i >= 17 + YT_AES_BLOCK)
			KUNIT_ASSERT_EQ(test, out[i], 0x5a);
}

static void compare_with_kernel(struct kunit *test, const char *driver)
{
	struct crypto_skcipher *tfm = crypto_alloc_skcipher(driver, 0, 0);
	struct rnd_state random;
	unsigned int i, at, len = 64 * YT_AES_BLOCK;
	u8 *kernel = test_buffer(test, len), *own = test_buffer(test, len);

	skip_without(test, tfm, driver);
	prandom_seed_state(&random, 2001);
	for (i = 0; i < 300; i++) {
		unsigned int key_len = key_lengths[i % 3];
		bool encrypt = i & 1;
		u8 key[YT_AES_MAX_KEY];
		struct yt_aes aes;

		prandom_bytes_state(&random, key, sizeof(key));
		prandom_bytes_state(&random, kernel, len);
		yt_aes_setkey(&aes, key, key_len);
		for (at = 0; at < len; at += YT_AES_BLOCK) {
			if (encrypt)
				yt_aes_encrypt(&aes, own + at, kernel + at);
			else
				yt_aes_decrypt(&aes, own + at, kernel + at);
		}
		KUNIT_EXPECT_EQ(test, 0,
				crypto_skcipher_setkey(tfm, key, key_len));
		KUNIT_EXPECT_EQ(test, 0, kernel_skcipher(tfm, encrypt, NULL,
							 kernel, len));
		EXPECT_SAME(test, own, kernel, len, "pass %u", i);
	}
	crypto_free_skcipher(tfm);
}

static void agrees_with_aes_generic(struct kunit *test)
{
	compare_with_kernel(test, "ecb(aes-generic)");
}

static int prepare(struct kunit *test)
{
	yt_aes_init_tables();
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_blocks),
	KUNIT_CASE(published_variable_texts),
	KUNIT_CASE(published_variable_keys),
	KUNIT_CASE(published_monte_carlo),
	KUNIT_CASE(published_key_expansions),
	KUNIT_CASE(other_key_lengths_are_refused),
	KUNIT_CASE(decryption_undoes_encryption),
	KUNIT_CASE(only_the_block_is_written),
	KUNIT_CASE(agrees_with_aes_generic),
	{}
};

struct kunit_suite reference_aes_suite = {
	.name = "reference_aes",
	.init = prepare,
	.test_cases = cases,
};

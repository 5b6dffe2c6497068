// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "kernel_crypto.h"
#include "reference/modes.h"
#include "suites.h"
#include "vectors/modes.h"

#define GUARD	0x5a	/* stands where nothing may be written */

static const unsigned int key_lengths[] = { 16, 24, 32 };

static void published_cbc(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cbc_vectors); i++) {
		const struct mode_vector *v = &cbc_vectors[i];
		struct bytes key = from_hex(test, v->key);
		struct bytes iv = from_hex(test, v->iv);
		struct bytes plain = from_hex(test, v->plain);
		struct bytes cipher = from_hex(test, v->cipher);
		const u8 *last = cipher.data + cipher.len - YT_AES_BLOCK;
		u8 *out = test_buffer(test, plain.len);
		u8 chain[YT_AES_BLOCK];
		struct yt_aes aes;

		KUNIT_ASSERT_EQ(test, plain.len, cipher.len);
		KUNIT_ASSERT_EQ(test, yt_aes_setkey(&aes, key.data, key.len),
				0);
		memcpy(chain, iv.data, YT_AES_BLOCK);
		yt_cbc_encrypt(&aes, chain, out, plain.data, plain.len);
		ASSERT_SAME(test, out, cipher.data, cipher.len, "%s",
			    v->source);
		ASSERT_SAME(test, chain, last, YT_AES_BLOCK, "IV after %s",
			    v->source);

		memcpy(chain, iv.data, YT_AES_BLOCK);
		yt_cbc_decrypt(&aes, chain, out, cipher.data, cipher.len);
		ASSERT_SAME(test, out, plain.data, plain.len,
			    "decryption: %s", v->source);
		ASSERT_SAME(test, chain, last, YT_AES_BLOCK,
			    "IV after decryption: %s", v->source);
	}
}

static void published_ctr(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ctr_vectors); i++) {
		const struct mode_vector *v = &ctr_vectors[i];
		struct bytes key = from_hex(test, v->key);
		struct bytes iv = from_hex(test, v->iv);
		struct bytes plain = from_hex(test, v->plain);
		struct bytes cipher = from_hex(test, v->cipher);
		u8 *out = test_buffer(test, plain.len);
		u8 ctr[YT_AES_BLOCK];
		struct yt_aes aes;

		KUNIT_ASSERT_EQ(test, plain.len, cipher.len);
		KUNIT_ASSERT_EQ(test, yt_aes_setkey(&aes, key.data, key.len),
				0);
		memcpy(ctr, iv.data, YT_AES_BLOCK);
		yt_ctr_crypt(&aes, ctr, out, plain.data, plain.len);
		ASSERT_SAME(test, out, cipher.data, cipher.len, "%s",
			    v->source);
		memcpy(ctr, iv.data, YT_AES_BLOCK);
		yt_ctr_crypt(&aes, ctr, out, cipher.data, cipher.len);
		ASSERT_SAME(test, out, plain.data, plain.len,
			    "decryption: %s", v->source);
	}
}

struct gcm_case {
	struct yt_gcm gcm;
	struct bytes iv, aad, plain, cipher, tag;
	u8 *out;
};

static struct gcm_case *gcm_case(struct kunit *test, const struct gcm_vector *v)
{
	struct gcm_case *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct bytes key = from_hex(test, v->key);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
	c->iv = from_hex(test, v->iv);
	c->aad = from_hex(test, v->aad);
	c->plain = from_hex(test, v->plain);
	c->cipher = from_hex(test, v->cipher);
	c->tag = from_hex(test, v->tag);
	c->out = test_buffer(test, c->plain.len);
	KUNIT_ASSERT_EQ(test, c->iv.len, (size_t)YT_GCM_IV);
	KUNIT_ASSERT_EQ(test, c->plain.len, c->cipher.len);
	KUNIT_ASSERT_EQ(test, yt_gcm_setkey(&c->gcm, key.data, key.len), 0);
	return c;
}

static int decrypt(struct gcm_case *c)
{
	return yt_gcm_decrypt(&c->gcm, c->iv.data, c->aad.data, c->aad.len,
			      c->out, c->cipher.data, c->cipher.len,
			      c->tag.data, c->tag.len);
}

static void published_gcm(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gcm_vectors); i++) {
		const struct gcm_vector *v = &gcm_vectors[i];
		struct gcm_case *c = gcm_case(test, v);
		u8 tag[YT_GCM_MAX_TAG];

		yt_gcm_encrypt(&c->gcm, c->iv.data, c->aad.data, c->aad.len,
			       c->out, c->plain.data, c->plain.len, tag);
		ASSERT_SAME(test, c->out, c->cipher.data, c->cipher.len, "%s",
			    v->source);
		ASSERT_SAME(test, tag, c->tag.data, c->tag.len, "tag: %s",
			    v->source);

		memset(c->out, GUARD, c->plain.len);
		KUNIT_ASSERT_EQ_MSG(test, decrypt(c), 0, "decryption: %s",
				    v->source);
		ASSERT_SAME(test, c->out, c->plain.data, c->plain.len,
			    "decryption: %s", v->source);
	}
}

static void published_forgeries(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gcm_refused); i++) {
		struct gcm_case *c = gcm_case(test, &gcm_refused[i]);

		KUNIT_ASSERT_EQ_MSG(test, decrypt(c), -EBADMSG, "%s",
				    gcm_refused[i].source);
		ASSERT_SAME(test, c->out, c->plain.data, c->plain.len,
			    "text of %s", gcm_refused[i].source);
	}
}

static void flip_all_bits(struct kunit *test, struct gcm_case *c,
			  struct bytes *in, const char *what)
{
	unsigned int bit;

	for (bit = 0; bit < 8 * in->len; bit++) {
		in->data[bit / 8] ^= 1 << bit % 8;
		KUNIT_ASSERT_EQ_MSG(test, decrypt(c), -EBADMSG,
				    "bit %u of %s", bit, what);
		in->data[bit / 8] ^= 1 << bit % 8;
	}
}

static void any_wrong_bit_is_refused(struct kunit *test)
{
	/* with text and AAD: test case 4 of the specification, and its kin */
	struct gcm_case *c = gcm_case(test, &gcm_vectors[3]);
	size_t len;

	KUNIT_ASSERT_EQ(test, c->aad.len, (size_t)20);
	KUNIT_ASSERT_EQ(test, c->plain.len, (size_t)60);
	for (len = 4; len <= YT_GCM_MAX_TAG; len++) {
		c->tag.len = len;
		KUNIT_ASSERT_EQ(test, decrypt(c), 0);
		flip_all_bits(test, c, &c->tag, "tag");
	}
	flip_all_bits(test, c, &c->aad, "AAD");
	flip_all_bits(test, c, &c->cipher, "ciphertext");
	flip_all_bits(test, c, &c->iv, "IV");

	/* and lengths are authenticated as well */
	c->aad.len--;
	KUNIT_ASSERT_EQ(test, decrypt(c), -EBADMSG);
	c->aad.len++;
	c->cipher.len--;
	KUNIT_ASSERT_EQ(test, decrypt(c), -EBADMSG);
	c->cipher.len++;
	KUNIT_ASSERT_EQ(test, decrypt(c), 0);
}

static void bad_arguments_are_refused(struct kunit *test)
{
	struct gcm_case *c = gcm_case(test, &gcm_vectors[3]);
	static const u8 key[64];
	unsigned int len;

	for (len = 0; len <= sizeof(key); len++) {
		bool right = len == 16 || len == 24 || len == 32;
		struct yt_gcm gcm;

		KUNIT_ASSERT_EQ_MSG(test, yt_gcm_setkey(&gcm, key, len),
				    right ? 0 : -EINVAL, "key of %u", len);
	}
	for (len = 0; len < 20; len++) {
		bool right = len >= 4 && len <= 16;

		c->tag.len = len;
		KUNIT_ASSERT_EQ_MSG(test, decrypt(c), right ? 0 : -EINVAL,
				    "tag of %u", len);
	}
}

/* 128-bit big-endian addition, the plain way */
static void add_to_counter(u8 ctr[YT_AES_BLOCK], unsigned int n)
{
	int i;

	for (i = YT_AES_BLOCK - 1; i >= 0; i--) {
		n += ctr[i];
		ctr[i] = n;
		n >>= 8;
	}
}

static void counter_carries(struct kunit *test)
{
	unsigned int bits, before, i, len = 6 * YT_AES_BLOCK;
	struct rnd_state random;
	struct bytes key, plain;
	u8 *out, *expected;
	struct yt_aes aes;

	prandom_seed_state(&random, 3686);
	key = random_bytes(test, &random, 32);
	plain = random_bytes(test, &random, len);
	out = test_buffer(test, len);
	expected = test_buffer(test, len);
	KUNIT_ASSERT_EQ(test, yt_aes_setkey(&aes, key.data, key.len), 0);

	/* up to and over 2^8, 2^16, ... 2^32, ... 2^64, ... 2^128 */
	for (bits = 8; bits <= 128; bits += 8) {
		for (before = 1; before < 6; before++) {
			u8 start[YT_AES_BLOCK], ctr[YT_AES_BLOCK];

			prandom_bytes_state(&random, start, YT_AES_BLOCK);
			for (i = 0; i < bits / 8; i++)
				start[YT_AES_BLOCK - 1 - i] = 0xff;
			start[YT_AES_BLOCK - 1] -= before - 1;

			for (i = 0; i < len / YT_AES_BLOCK; i++) {
				memcpy(ctr, start, YT_AES_BLOCK);
				add_to_counter(ctr, i);
				yt_aes_encrypt(&aes, expected + 16 * i, ctr);
			}
			for (i = 0; i < len; i++)
				expected[i] ^= plain.data[i];

			memcpy(ctr, start, YT_AES_BLOCK);
			yt_ctr_crypt(&aes, ctr, out, plain.data, len);
			ASSERT_SAME(test, out, expected, len,
				    "%u blocks before 2^%u", before, bits);
			add_to_counter(start, len / YT_AES_BLOCK);
			ASSERT_SAME(test, ctr, start, YT_AES_BLOCK,
				    "next counter, 2^%u", bits);
		}
	}
}

static void pieces_are_one(struct kunit *test)
{
	unsigned int len = 12 * YT_AES_BLOCK, at;
	u8 iv[YT_AES_BLOCK], chain[YT_AES_BLOCK];
	u8 *whole = test_buffer(test, len), *out = test_buffer(test, len);
	struct rnd_state random;
	struct bytes key, plain;
	struct yt_aes aes;

	prandom_seed_state(&random, 3602);
	key = random_bytes(test, &random, 24);
	plain = random_bytes(test, &random, len);
	prandom_bytes_state(&random, iv, YT_AES_BLOCK);
	KUNIT_ASSERT_EQ(test, yt_aes_setkey(&aes, key.data, key.len), 0);

	memcpy(chain, iv, YT_AES_BLOCK);
	yt_cbc_encrypt(&aes, chain, whole, plain.data, len);
	for (at = 0; at <= len; at += YT_AES_BLOCK) {
		memcpy(chain, iv, YT_AES_BLOCK);
		yt_cbc_encrypt(&aes, chain, out, plain.data, at);
		yt_cbc_encrypt(&aes, chain, out + at, plain.data + at,
			       len - at);
		ASSERT_SAME(test, out, whole, len, "CBC, cut at %u", at);
		memcpy(chain, iv, YT_AES_BLOCK);
		yt_cbc_decrypt(&aes, chain, out, whole, at);
		yt_cbc_decrypt(&aes, chain, out + at, whole + at, len - at);
		ASSERT_SAME(test, out, plain.data, len,
			    "CBC decryption, cut at %u", at);
	}

	memcpy(chain, iv, YT_AES_BLOCK);
	yt_ctr_crypt(&aes, chain, whole, plain.data, len);
	for (at = 0; at <= len; at += YT_AES_BLOCK) {
		memcpy(chain, iv, YT_AES_BLOCK);
		yt_ctr_crypt(&aes, chain, out, plain.data, at);
		yt_ctr_crypt(&aes, chain, out + at, plain.data + at, len - at);
		ASSERT_SAME(test, out, whole, len, "CTR, cut at %u", at);
	}
	/* A part of a block uses up its counter. */
	for (at = 1; at <= YT_AES_BLOCK; at++) {
		memcpy(chain, iv, YT_AES_BLOCK);
		yt_ctr_crypt(&aes, chain, out, plain.data, at);
		ASSERT_SAME(test, out, whole, at, "CTR, %u bytes", at);
		add_to_counter(chain, 0xff);
		yt_ctr_crypt(&aes, chain, out, plain.data, 0);
		memcpy(out, iv, YT_AES_BLOCK);
		add_to_counter(out, 0x100);
		ASSERT_SAME(test, chain, out, YT_AES_BLOCK,
			    "counter after %u bytes", at);
	}
}

/* Every length: in place as from elsewhere, and not a byte too far. */
static void in_place_is_the_same(struct kunit *test)
{
	unsigned int len, max = 150, room = max + 16;
	struct rnd_state random;
	struct yt_gcm *gcm = kunit_kzalloc(test, sizeof(*gcm), GFP_KERNEL);
	struct bytes key, iv, aad, plain;
	u8 *out, *same;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, gcm);
	prandom_seed_state(&random, 4106);
	key = random_bytes(test, &random, 16);
	iv = random_bytes(test, &random, 16);
	aad = random_bytes(test, &random, 12);
	plain = random_bytes(test, &random, max);
	out = test_buffer(test, room);
	same = test_buffer(test, room);
	KUNIT_ASSERT_EQ(test, yt_gcm_setkey(gcm, key.data, 16), 0);

	for (len = 0; len <= max; len++) {
		u8 tag[16], tag_in_place[16], ctr[16];
		unsigned int i;

		memset(out, GUARD, room);
		memset(same, GUARD, room);
		memcpy(same, plain.data, len);
		yt_gcm_encrypt(gcm, iv.data, aad.data, aad.len, out,
			       plain.data, len, tag);
		yt_gcm_encrypt(gcm, iv.data, aad.data, aad.len, same, same,
			       len, tag_in_place);
		ASSERT_SAME(test, out, same, room, "GCM, %u bytes", len);
		ASSERT_SAME(test, tag, tag_in_place, 16, "tag, %u bytes", len);
		for (i = len; i < room; i++)
			KUNIT_ASSERT_EQ(test, out[i], GUARD);
		KUNIT_ASSERT_EQ(test, 0,
				yt_gcm_decrypt(gcm, iv.data, aad.data, aad.len,
					       same, same, len, tag, 16));
		ASSERT_SAME(test, same, plain.data, len,
			    "GCM decryption, %u bytes", len);

		memcpy(ctr, iv.data, 16);
		yt_ctr_crypt(&gcm->aes, ctr, out, plain.data, len);
		memcpy(ctr, iv.data, 16);
		yt_ctr_crypt(&gcm->aes, ctr, same, same, len);
		ASSERT_SAME(test, out, same, room, "CTR, %u bytes", len);

		if (len % YT_AES_BLOCK)
			continue;
		memcpy(same, plain.data, len);
		memcpy(ctr, iv.data, 16);
		yt_cbc_encrypt(&gcm->aes, ctr, out, plain.data, len);
		memcpy(ctr, iv.data, 16);
		yt_cbc_encrypt(&gcm->aes, ctr, same, same, len);
		ASSERT_SAME(test, out, same, room, "CBC, %u bytes", len);
		memcpy(ctr, iv.data, 16);
		yt_cbc_decrypt(&gcm->aes, ctr, same, same, len);
		ASSERT_SAME(test, same, plain.data, len,
			    "CBC decryption, %u bytes", len);
	}
}

static void compare_skcipher(struct kunit *test, const char *driver, bool cbc)
{
	struct crypto_skcipher *tfm = crypto_alloc_skcipher(driver, 0, 0);
	unsigned int i, max = 9008;
	u8 *kernel = test_buffer(test, max), *own = test_buffer(test, max);
	struct rnd_state random;

	skip_without(test, tfm, driver);
	prandom_seed_state(&random, 38);
	for (i = 0; i < 400; i++) {
		unsigned int key_len = key_lengths[i % 3];
		unsigned int len = 1 + prandom_u32_state(&random) % max;
		u8 key[YT_AES_MAX_KEY], iv[YT_AES_BLOCK], chain[YT_AES_BLOCK];
		bool encrypt = i & 1;
		struct yt_aes aes;

		if (cbc)
			len = round_up(len, YT_AES_BLOCK);
		len = min(len, max);
		prandom_bytes_state(&random, key, sizeof(key));
		prandom_bytes_state(&random, iv, sizeof(iv));
		if (i % 5 == 0)	/* a carry through all of the counter */
			memset(iv, 0xff, sizeof(iv));
		prandom_bytes_state(&random, kernel, len);
		memcpy(chain, iv, sizeof(iv));

		yt_aes_setkey(&aes, key, key_len);
		if (!cbc)
			yt_ctr_crypt(&aes, chain, own, kernel, len);
		else if (encrypt)
			yt_cbc_encrypt(&aes, chain, own, kernel, len);
		else
			yt_cbc_decrypt(&aes, chain, own, kernel, len);

		KUNIT_EXPECT_EQ(test,
				crypto_skcipher_setkey(tfm, key, key_len), 0);
		KUNIT_EXPECT_EQ(test, kernel_skcipher(tfm, encrypt, iv, kernel,
						      len), 0);
		EXPECT_SAME(test, own, kernel, len, "%u bytes, pass %u", len,
			    i);
		EXPECT_SAME(test, chain, iv, sizeof(iv), "IV after %u bytes",
			    len);
	}
	crypto_free_skcipher(tfm);
}

static void agrees_with_cbc_aes_generic(struct kunit *test)
{
	compare_skcipher(test, "cbc(aes-generic)", true);
}

static void agrees_with_ctr_aes_generic(struct kunit *test)
{
	compare_skcipher(test, "ctr(aes-generic)", false);
}

static void agrees_with_gcm_aes_generic(struct kunit *test)
{
	static const char driver[] = "gcm_base(ctr(aes-generic),ghash-generic)";
	struct crypto_aead *tfm = crypto_alloc_aead(driver, 0, 0);
	struct yt_gcm *gcm = kunit_kzalloc(test, sizeof(*gcm), GFP_KERNEL);
	unsigned int i, max = 9000, max_aad = 64;
	u8 *kernel = test_buffer(test, max_aad + max + YT_GCM_MAX_TAG);
	u8 *own = test_buffer(test, max);
	struct rnd_state random;

	skip_without(test, tfm, driver);
	KUNIT_EXPECT_EQ(test, crypto_aead_setauthsize(tfm, YT_GCM_MAX_TAG), 0);
	prandom_seed_state(&random, 2004);
	for (i = 0; i < 400 && gcm; i++) {
		unsigned int key_len = key_lengths[i % 3];
		unsigned int len = prandom_u32_state(&random) % (max + 1);
		unsigned int aad_len = prandom_u32_state(&random) % max_aad;
		u8 key[YT_AES_MAX_KEY], iv[YT_AES_BLOCK], tag[YT_GCM_MAX_TAG];
		u8 *text = kernel + aad_len;

		prandom_bytes_state(&random, key, sizeof(key));
		prandom_bytes_state(&random, iv, sizeof(iv));
		prandom_bytes_state(&random, kernel, aad_len + len);

		yt_gcm_setkey(gcm, key, key_len);
		yt_gcm_encrypt(gcm, iv, kernel, aad_len, own, text, len, tag);

		KUNIT_EXPECT_EQ(test, crypto_aead_setkey(tfm, key, key_len), 0);
		KUNIT_EXPECT_EQ(test, kernel_aead_encrypt(tfm, iv, kernel,
							  aad_len, len), 0);
		EXPECT_SAME(test, own, text, len, "%u bytes, pass %u", len, i);
		EXPECT_SAME(test, tag, text + len, YT_GCM_MAX_TAG,
			    "tag, %u bytes, pass %u", len, i);
	}
	KUNIT_EXPECT_EQ(test, i, 400U);
	crypto_free_aead(tfm);
}

static int prepare(struct kunit *test)
{
	yt_aes_init_tables();
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_cbc),
	KUNIT_CASE(published_ctr),
	KUNIT_CASE(published_gcm),
	KUNIT_CASE(published_forgeries),
	KUNIT_CASE(any_wrong_bit_is_refused),
	KUNIT_CASE(bad_arguments_are_refused),
	KUNIT_CASE(counter_carries),
	KUNIT_CASE(pieces_are_one),
	KUNIT_CASE(in_place_is_the_same),
	KUNIT_CASE(agrees_with_cbc_aes_generic),
	KUNIT_CASE(agrees_with_ctr_aes_generic),
	KUNIT_CASE(agrees_with_gcm_aes_generic),
	{}
};

struct kunit_suite reference_modes_suite = {
	.name = "reference_modes",
	.init = prepare,
	.test_cases = cases,
};

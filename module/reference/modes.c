// SPDX-License-Identifier: GPL-2.0-only
/* CBC and CTR (NIST SP 800-38A), GCM (NIST SP 800-38D). */
#include "reference/modes.h"

/* @out = @a + @b in GF(2)^n; any of them may be the same. */
static void add(u8 *out, const u8 *a, const u8 *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = a[i] ^ b[i];
}

void yt_cbc_encrypt(const struct yt_aes *aes, u8 iv[YT_AES_BLOCK], u8 *out,
		    const u8 *in, size_t len)
{
	for (; len; len -= YT_AES_BLOCK) {
		add(iv, iv, in, YT_AES_BLOCK);
		yt_aes_encrypt(aes, iv, iv);
		memcpy(out, iv, YT_AES_BLOCK);
		in += YT_AES_BLOCK;
		out += YT_AES_BLOCK;
	}
}

void yt_cbc_decrypt(const struct yt_aes *aes, u8 iv[YT_AES_BLOCK], u8 *out,
		    const u8 *in, size_t len)
{
	u8 next_iv[YT_AES_BLOCK];

	for (; len; len -= YT_AES_BLOCK) {
		/* @in may be gone once @out is written */
		memcpy(next_iv, in, YT_AES_BLOCK);
		yt_aes_decrypt(aes, out, in);
		add(out, out, iv, YT_AES_BLOCK);
		memcpy(iv, next_iv, YT_AES_BLOCK);
		in += YT_AES_BLOCK;
		out += YT_AES_BLOCK;
	}
}

/*
 * The counter is the last @width bytes of the block and wraps within them:
 * all 16 in CTR, four in GCM.
 */
static void crypt_ctr(const struct yt_aes *aes, u8 ctr[YT_AES_BLOCK],
		      unsigned int width, u8 *out, const u8 *in, size_t len)
{
	u8 stream[YT_AES_BLOCK];

	while (len) {
		size_t n = min(len, sizeof(stream));
		unsigned int i = YT_AES_BLOCK;

		yt_aes_encrypt(aes, stream, ctr);
		add(out, in, stream, n);
		while (i > YT_AES_BLOCK - width && !++ctr[--i])
			;
		in += n;
		out += n;
		len -= n;
	}
}

void yt_ctr_crypt(const struct yt_aes *aes, u8 ctr[YT_AES_BLOCK], u8 *out,
		  const u8 *in, size_t len)
{
	crypt_ctr(aes, ctr, YT_AES_BLOCK, out, in, len);
}

int yt_gcm_setkey(struct yt_gcm *gcm, const u8 *key, unsigned int key_len)
{
	u8 h[YT_AES_BLOCK] = { 0 };
	int ret = yt_aes_setkey(&gcm->aes, key, key_len);

	if (ret)
		return ret;
	yt_aes_encrypt(&gcm->aes, h, h);
	yt_ghash_setkey(&gcm->ghash, h);
	return 0;
}

/* The first counter block of a 96-bit IV (SP 800-38D, 7.1, step 2). */
static void first_counter(u8 j0[YT_AES_BLOCK], const u8 iv[YT_GCM_IV])
{
	memcpy(j0, iv, YT_GCM_IV);
	put_unaligned_be32(1, j0 + YT_GCM_IV);
}

static void gcm_text(const struct yt_gcm *gcm, const u8 iv[YT_GCM_IV],
		     u8 *out, const u8 *in, size_t len)
{
	u8 ctr[YT_AES_BLOCK];

	first_counter(ctr, iv);
	ctr[YT_AES_BLOCK - 1]++;
	crypt_ctr(&gcm->aes, ctr, 4, out, in, len);
}

static void gcm_tag(const struct yt_gcm *gcm, const u8 iv[YT_GCM_IV],
		    const u8 *aad, size_t aad_len, const u8 *cipher,
		    size_t len, u8 tag[YT_GCM_MAX_TAG])
{
	u8 mask[YT_AES_BLOCK], bits[YT_AES_BLOCK];
	u8 state[YT_AES_BLOCK] = { 0 };

	put_unaligned_be64((u64)aad_len * 8, bits);
	put_unaligned_be64((u64)len * 8, bits + 8);
	yt_ghash_update(&gcm->ghash, state, aad, aad_len);
	yt_ghash_update(&gcm->ghash, state, cipher, len);
	yt_ghash_update(&gcm->ghash, state, bits, sizeof(bits));

	first_counter(mask, iv);
	yt_aes_encrypt(&gcm->aes, mask, mask);
	add(tag, state, mask, YT_GCM_MAX_TAG);
}

void yt_gcm_encrypt(const struct yt_gcm *gcm, const u8 iv[YT_GCM_IV],
		    const u8 *aad, size_t aad_len, u8 *out, const u8 *in,
		    size_t len, u8 tag[YT_GCM_MAX_TAG])
{
	gcm_text(gcm, iv, out, in, len);
	gcm_tag(gcm, iv, aad, aad_len, out, len, tag);
}

int yt_gcm_decrypt(const struct yt_gcm *gcm, const u8 iv[YT_GCM_IV],
		   const u8 *aad, size_t aad_len, u8 *out, const u8 *in,
		   size_t len, const u8 *tag, unsigned int tag_len)
{
	u8 expected[YT_GCM_MAX_TAG];

	if (tag_len < 4 || tag_len > YT_GCM_MAX_TAG)
		return -EINVAL;
	gcm_tag(gcm, iv, aad, aad_len, in, len, expected);
	gcm_text(gcm, iv, out, in, len);
	return memcmp(expected, tag, tag_len) ? -EBADMSG : 0;
}

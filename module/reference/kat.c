// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known-answer tests. Each vector is computed in all ways that the reference
 * is used: both directions, in place and from one buffer to another, and a
 * tag that must be refused.
 */
#include "reference/aes.h"
#include "reference/hmac.h"
#include "reference/kat.h"
#include "reference/kat_vectors.h"
#include "reference/modes.h"
#include "reference/sha.h"

#define CHAIN_LENGTH	1000	/* NIST AESAVS, 6.4.1 */
#define MAX_OUT		64	/* bytes of the longest result in the vectors */

static bool same(const u8 *got, const struct kat_bytes *expected)
{
	return !expected->len ||
	       !memcmp(got, expected->data, expected->len);
}

static bool check_aes(const struct kat_vector *v, unsigned int times)
{
	struct yt_aes aes;
	u8 block[YT_AES_BLOCK];
	unsigned int i;

	if (yt_aes_setkey(&aes, v->key.data, v->key.len))
		return false;
	memcpy(block, v->in.data, sizeof(block));
	for (i = 0; i < times; i++)
		yt_aes_encrypt(&aes, block, block);
	if (!same(block, &v->out))
		return false;
	for (i = 0; i < times; i++)
		yt_aes_decrypt(&aes, block, block);
	return same(block, &v->in);
}

static bool check_cbc(const struct kat_vector *v)
{
	const struct kat_bytes last_block = {
		.data = v->out.data + v->out.len - YT_AES_BLOCK,
		.len = YT_AES_BLOCK,
	};
	struct yt_aes aes;
	u8 iv[YT_AES_BLOCK], buffer[MAX_OUT];

	if (yt_aes_setkey(&aes, v->key.data, v->key.len))
		return false;

	memcpy(iv, v->iv.data, sizeof(iv));
	yt_cbc_encrypt(&aes, iv, buffer, v->in.data, v->in.len);
	if (!same(buffer, &v->out) || !same(iv, &last_block))
		return false;

	memcpy(iv, v->iv.data, sizeof(iv));
	yt_cbc_decrypt(&aes, iv, buffer, buffer, v->in.len);
	return same(buffer, &v->in) && same(iv, &last_block);
}

static bool check_ctr(const struct kat_vector *v)
{
	struct yt_aes aes;
	u8 ctr[YT_AES_BLOCK], buffer[MAX_OUT];
	u32 blocks = (v->in.len + YT_AES_BLOCK - 1) / YT_AES_BLOCK;
	u32 next = get_unaligned_be32(v->iv.data + 12) + blocks;

	if (yt_aes_setkey(&aes, v->key.data, v->key.len))
		return false;

	memcpy(ctr, v->iv.data, sizeof(ctr));
	yt_ctr_crypt(&aes, ctr, buffer, v->in.data, v->in.len);
	if (!same(buffer, &v->out) || get_unaligned_be32(ctr + 12) != next)
		return false;

	memcpy(ctr, v->iv.data, sizeof(ctr));
	yt_ctr_crypt(&aes, ctr, buffer, buffer, v->in.len);
	return same(buffer, &v->in);
}

static bool check_gcm(const struct kat_vector *v)
{
	struct yt_gcm gcm;
	u8 buffer[MAX_OUT], tag[YT_GCM_MAX_TAG];

	if (yt_gcm_setkey(&gcm, v->key.data, v->key.len))
		return false;

	yt_gcm_encrypt(&gcm, v->iv.data, v->aad.data, v->aad.len, buffer,
		       v->in.data, v->in.len, tag);
	if (!same(buffer, &v->out) || !same(tag, &v->tag))
		return false;

	/* One wrong bit in the last byte of the tag must be refused. */
	tag[YT_GCM_MAX_TAG - 1] ^= 1;
	if (yt_gcm_decrypt(&gcm, v->iv.data, v->aad.data, v->aad.len, buffer,
			   v->out.data, v->out.len, tag,
			   YT_GCM_MAX_TAG) != -EBADMSG)
		return false;

	if (v->out.len)
		memcpy(buffer, v->out.data, v->out.len);
	if (yt_gcm_decrypt(&gcm, v->iv.data, v->aad.data, v->aad.len, buffer,
			   buffer, v->out.len, v->tag.data, v->tag.len))
		return false;
	return same(buffer, &v->in);
}

static bool check_sha(const struct kat_vector *v)
{
	struct yt_sha sha;
	u8 digest[YT_SHA_MAX_DIGEST];

	yt_sha_init(&sha, v->sha);
	yt_sha_update(&sha, v->in.data, v->in.len);
	yt_sha_final(&sha, digest);
	return v->out.len == yt_sha_digest_size(v->sha) &&
	       same(digest, &v->out);
}

static bool check_hmac(const struct kat_vector *v)
{
	struct yt_hmac hmac;
	u8 mac[YT_SHA_MAX_DIGEST];

	yt_hmac_init(&hmac, v->sha, v->key.data, v->key.len);
	yt_hmac_update(&hmac, v->in.data, v->in.len);
	yt_hmac_final(&hmac, mac);
	return v->out.len == yt_sha_digest_size(v->sha) && same(mac, &v->out);
}

/* Not inlined: together, their keys on the stack would be too much. */
static noinline bool check(const struct kat_vector *v)
{
	if (v->out.len > MAX_OUT)
		return false;

	switch (v->kind) {
	case KAT_AES:
		return check_aes(v, 1);
	case KAT_AES_CHAIN:
		return check_aes(v, CHAIN_LENGTH);
	case KAT_CBC:
		return check_cbc(v);
	case KAT_CTR:
		return check_ctr(v);
	case KAT_GCM:
		return check_gcm(v);
	case KAT_SHA:
		return check_sha(v);
	case KAT_HMAC:
		return check_hmac(v);
	}
	return false;
}

int yt_reference_check(const char **failed)
{
	unsigned int i;

	yt_aes_init_tables();
	*failed = NULL;
	for (i = 0; i < ARRAY_SIZE(kat_vectors); i++) {
		if (!check(&kat_vectors[i])) {
			*failed = kat_vectors[i].name;
			return -EBADMSG;
		}
	}
	return 0;
}

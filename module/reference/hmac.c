// SPDX-License-Identifier: GPL-2.0-only
/* HMAC (RFC 2104, FIPS 198-1). */
#include "reference/hmac.h"

#define INNER_PAD	0x36
#define OUTER_PAD	0x5c

void yt_hmac_init(struct yt_hmac *hmac, enum yt_sha_type type, const u8 *key,
		  size_t key_len)
{
	unsigned int block = yt_sha_block_size(type), i;
	u8 pad[YT_SHA_MAX_BLOCK] = { 0 };

	if (key_len > block) {
		yt_sha_init(&hmac->inner, type);
		yt_sha_update(&hmac->inner, key, key_len);
		yt_sha_final(&hmac->inner, pad);
	} else if (key_len) {
		memcpy(pad, key, key_len);
	}

	for (i = 0; i < block; i++)
		pad[i] ^= INNER_PAD;
	yt_sha_init(&hmac->inner, type);
	yt_sha_update(&hmac->inner, pad, block);

	for (i = 0; i < block; i++)
		pad[i] ^= INNER_PAD ^ OUTER_PAD;
	yt_sha_init(&hmac->outer, type);
	yt_sha_update(&hmac->outer, pad, block);
}

void yt_hmac_update(struct yt_hmac *hmac, const u8 *data, size_t len)
{
	yt_sha_update(&hmac->inner, data, len);
}

void yt_hmac_final(struct yt_hmac *hmac, u8 *mac)
{
	unsigned int size = yt_sha_digest_size(hmac->inner.type);
	u8 digest[YT_SHA_MAX_DIGEST];

	yt_sha_final(&hmac->inner, digest);
	yt_sha_update(&hmac->outer, digest, size);
	yt_sha_final(&hmac->outer, mac);
}

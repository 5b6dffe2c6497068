// SPDX-License-Identifier: GPL-2.0-only
/* HMAC (RFC 2104, FIPS 198-1). */
#include "reference/hmac.h"

#define INNER_PAD	0x36
#define OUTER_PAD	0x5c

void ct_hmac_init(struct ct_hmac *hmac, enum ct_sha_type type, const u8 *key,
		  size_t key_len)
{
	unsigned int block = ct_sha_block_size(type), i;
	u8 pad[CT_SHA_MAX_BLOCK] = { 0 };

	if (key_len > block) {
		ct_sha_init(&hmac->inner, type);
		ct_sha_update(&hmac->inner, key, key_len);
		ct_sha_final(&hmac->inner, pad);
	} else if (key_len) {
		memcpy(pad, key, key_len);
	}

	for (i = 0; i < block; i++)
		pad[i] ^= INNER_PAD;
	ct_sha_init(&hmac->inner, type);
	ct_sha_update(&hmac->inner, pad, block);

	for (i = 0; i < block; i++)
		pad[i] ^= INNER_PAD ^ OUTER_PAD;
	ct_sha_init(&hmac->outer, type);
	ct_sha_update(&hmac->outer, pad, block);
}

void ct_hmac_update(struct ct_hmac *hmac, const u8 *data, size_t len)
{
	ct_sha_update(&hmac->inner, data, len);
}

void ct_hmac_final(struct ct_hmac *hmac, u8 *mac)
{
	unsigned int size = ct_sha_digest_size(hmac->inner.type);
	u8 digest[CT_SHA_MAX_DIGEST];

	ct_sha_final(&hmac->inner, digest);
	ct_sha_update(&hmac->outer, digest, size);
	ct_sha_final(&hmac->outer, mac);
}

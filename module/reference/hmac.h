/* SPDX-License-Identifier: GPL-2.0-only */
/* HMAC (RFC 2104) over the SHA family. Any context. */
#ifndef CRYPTORTURE_REFERENCE_HMAC_H
#define CRYPTORTURE_REFERENCE_HMAC_H

#include "port.h"
#include "reference/sha.h"

/**
 * struct yt_hmac - a running HMAC
 * @inner: the hash over the padded key and the data
 * @outer: the hash that has taken in the padded key only
 */
struct yt_hmac {
	struct yt_sha inner;
	struct yt_sha outer;
};

/* A key longer than the hash's block is hashed first, as the RFC says. */
void yt_hmac_init(struct yt_hmac *hmac, enum yt_sha_type type, const u8 *key,
		  size_t key_len);
void yt_hmac_update(struct yt_hmac *hmac, const u8 *data, size_t len);
/* Writes yt_sha_digest_size() bytes; a truncated ICV is their beginning. */
void yt_hmac_final(struct yt_hmac *hmac, u8 *mac);

#endif /* CRYPTORTURE_REFERENCE_HMAC_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* SHA-1, SHA-256 and SHA-512 (FIPS 180-4), scalar. Any context. */
#ifndef CRYPTORTURE_REFERENCE_SHA_H
#define CRYPTORTURE_REFERENCE_SHA_H

#include "port.h"

#define YT_SHA_MAX_DIGEST	64	/* bytes */
#define YT_SHA_MAX_BLOCK	128	/* bytes */

enum yt_sha_type {
	YT_SHA1,
	YT_SHA256,
	YT_SHA512,
};

/**
 * struct yt_sha - a running hash
 * @type: which of the three
 * @state: chaining value; SHA-1 and SHA-256 use 32-bit words in @state.w32
 * @buffer: input not yet hashed
 * @bytes: total input so far
 */
struct yt_sha {
	enum yt_sha_type type;
	union {
		u32 w32[8];
		u64 w64[8];
	} state;
	u8 buffer[YT_SHA_MAX_BLOCK];
	u64 bytes;
};

/* In bytes: 20/64, 32/64 and 64/128. */
unsigned int yt_sha_digest_size(enum yt_sha_type type);
unsigned int yt_sha_block_size(enum yt_sha_type type);

void yt_sha_init(struct yt_sha *sha, enum yt_sha_type type);
void yt_sha_update(struct yt_sha *sha, const u8 *data, size_t len);
/* Writes yt_sha_digest_size() bytes; @sha must be initialised again before it is reused. */
void yt_sha_final(struct yt_sha *sha, u8 *digest);

#endif /* CRYPTORTURE_REFERENCE_SHA_H */

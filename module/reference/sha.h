/* SPDX-License-Identifier: GPL-2.0-only */
/* SHA-1, SHA-256 and SHA-512 (FIPS 180-4), scalar. Any context. */
#ifndef CRYPTORTURE_REFERENCE_SHA_H
#define CRYPTORTURE_REFERENCE_SHA_H

#include "port.h"

#define CT_SHA_MAX_DIGEST	64	/* bytes */
#define CT_SHA_MAX_BLOCK	128	/* bytes */

enum ct_sha_type {
	CT_SHA1,
	CT_SHA256,
	CT_SHA512,
};

/**
 * struct ct_sha - a running hash
 * @type: which of the three
 * @state: chaining value; SHA-1 and SHA-256 use 32-bit words in @state.w32
 * @buffer: input not yet hashed
 * @bytes: total input so far
 */
struct ct_sha {
	enum ct_sha_type type;
	union {
		u32 w32[8];
		u64 w64[8];
	} state;
	u8 buffer[CT_SHA_MAX_BLOCK];
	u64 bytes;
};

/* In bytes: 20/64, 32/64 and 64/128. */
unsigned int ct_sha_digest_size(enum ct_sha_type type);
unsigned int ct_sha_block_size(enum ct_sha_type type);

void ct_sha_init(struct ct_sha *sha, enum ct_sha_type type);
void ct_sha_update(struct ct_sha *sha, const u8 *data, size_t len);
/* Writes ct_sha_digest_size() bytes; @sha must be initialised anew after it. */
void ct_sha_final(struct ct_sha *sha, u8 *digest);

#endif /* CRYPTORTURE_REFERENCE_SHA_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* GHASH (NIST SP 800-38D, 6.4) by four-bit tables made for each key. */
#ifndef CRYPTORTURE_REFERENCE_GHASH_H
#define CRYPTORTURE_REFERENCE_GHASH_H

#include "port.h"

/**
 * struct yt_ghash_key - multiples of H by the 16 four-bit polynomials
 * @hi: upper 64 bits, big-endian order of the standard
 * @lo: lower 64 bits
 */
struct yt_ghash_key {
	u64 hi[16];
	u64 lo[16];
};

/* @h: the hash subkey, E(K, 0^128). */
void yt_ghash_setkey(struct yt_ghash_key *key, const u8 h[16]);

/**
 * yt_ghash_update() - fold data into a GHASH state
 * @key: the key
 * @state: 16 bytes, zero at the start
 * @data: the data; its last block is filled up with zeros
 * @len: its length in bytes
 */
void yt_ghash_update(const struct yt_ghash_key *key, u8 state[16],
		     const u8 *data, size_t len);

#endif /* CRYPTORTURE_REFERENCE_GHASH_H */

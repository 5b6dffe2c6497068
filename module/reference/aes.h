/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AES (FIPS 197), scalar, without the FPU and without any kernel crypto: the
 * reference that says what is expected. Not constant-time: it works only on
 * test data of our own.
 */
#ifndef CRYPTORTURE_REFERENCE_AES_H
#define CRYPTORTURE_REFERENCE_AES_H

#include "port.h"

#define YT_AES_BLOCK		16	/* bytes */
#define YT_AES_MAX_KEY		32	/* bytes */
#define YT_AES_MAX_ROUNDS	14

/**
 * struct yt_aes - an expanded AES key
 * @enc: round keys of the cipher, FIPS 197 order, words big-endian as numbers
 * @dec: round keys of the equivalent inverse cipher, in the order of their use
 * @rounds: 10, 12 or 14
 */
struct yt_aes {
	u32 enc[4 * (YT_AES_MAX_ROUNDS + 1)];
	u32 dec[4 * (YT_AES_MAX_ROUNDS + 1)];
	unsigned int rounds;
};

/**
 * yt_aes_init_tables() - compute the S-boxes and round tables
 *
 * Called once before anything else in this room, by yt_reference_check().
 * Idempotent; not to be called by two threads at once.
 */
void yt_aes_init_tables(void);

/**
 * yt_aes_setkey() - expand a key
 * @aes: where to
 * @key: the key
 * @key_len: its length in bytes: 16, 24 or 32
 *
 * Return: 0, or -EINVAL for another length.
 */
int yt_aes_setkey(struct yt_aes *aes, const u8 *key, unsigned int key_len);

/* One block; @out may be @in. Any context. */
void yt_aes_encrypt(const struct yt_aes *aes, u8 out[YT_AES_BLOCK],
		    const u8 in[YT_AES_BLOCK]);
void yt_aes_decrypt(const struct yt_aes *aes, u8 out[YT_AES_BLOCK],
		    const u8 in[YT_AES_BLOCK]);

#endif /* CRYPTORTURE_REFERENCE_AES_H */

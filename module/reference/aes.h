/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AES (FIPS 197), scalar, without the FPU and without any kernel crypto: the
 * reference that says what is expected. Not constant-time: it works only on
 * test data of our own.
 */
#ifndef CRYPTORTURE_REFERENCE_AES_H
#define CRYPTORTURE_REFERENCE_AES_H

#include "port.h"

#define CT_AES_BLOCK		16	/* bytes */
#define CT_AES_MAX_KEY		32	/* bytes */
#define CT_AES_MAX_ROUNDS	14

/**
 * struct ct_aes - an expanded AES key
 * @enc: round keys of the cipher, FIPS 197 order, words big-endian as numbers
 * @dec: round keys of the equivalent inverse cipher, in the order of their use
 * @rounds: 10, 12 or 14
 */
struct ct_aes {
	u32 enc[4 * (CT_AES_MAX_ROUNDS + 1)];
	u32 dec[4 * (CT_AES_MAX_ROUNDS + 1)];
	unsigned int rounds;
};

/**
 * ct_aes_init_tables() - compute the S-boxes and round tables
 *
 * Called once before anything else in this room, by ct_reference_check().
 * Idempotent; not to be called by two threads at once.
 */
void ct_aes_init_tables(void);

/**
 * ct_aes_setkey() - expand a key
 * @aes: where to
 * @key: the key
 * @key_len: its length in bytes: 16, 24 or 32
 *
 * Return: 0, or -EINVAL for another length.
 */
int ct_aes_setkey(struct ct_aes *aes, const u8 *key, unsigned int key_len);

/* One block; @out may be @in. Any context. */
void ct_aes_encrypt(const struct ct_aes *aes, u8 out[CT_AES_BLOCK],
		    const u8 in[CT_AES_BLOCK]);
void ct_aes_decrypt(const struct ct_aes *aes, u8 out[CT_AES_BLOCK],
		    const u8 in[CT_AES_BLOCK]);

#endif /* CRYPTORTURE_REFERENCE_AES_H */

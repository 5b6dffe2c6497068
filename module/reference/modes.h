/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modes of operation over the scalar AES: CBC and CTR (NIST SP 800-38A) and
 * GCM with a 96-bit IV (NIST SP 800-38D). Lengths in bytes. @out may be @in
 * where both are given; other overlap is not allowed. Any context.
 */
#ifndef CRYPTORTURE_REFERENCE_MODES_H
#define CRYPTORTURE_REFERENCE_MODES_H

#include "port.h"
#include "reference/aes.h"
#include "reference/ghash.h"

#define YT_GCM_IV	12
#define YT_GCM_MAX_TAG	16

/* @len: a multiple of 16. @iv: in, the IV; out, the last ciphertext block. */
void yt_cbc_encrypt(const struct yt_aes *aes, u8 iv[YT_AES_BLOCK], u8 *out,
		    const u8 *in, size_t len);
void yt_cbc_decrypt(const struct yt_aes *aes, u8 iv[YT_AES_BLOCK], u8 *out,
		    const u8 *in, size_t len);

/*
 * CTR with a 128-bit big-endian counter; encryption and decryption are one.
 * @ctr: in, the first counter block; out, the next one that is unused (a last
 * partial block has used its counter).
 */
void yt_ctr_crypt(const struct yt_aes *aes, u8 ctr[YT_AES_BLOCK], u8 *out,
		  const u8 *in, size_t len);

/**
 * struct yt_gcm - an expanded GCM key
 * @aes: the cipher
 * @ghash: tables for H
 */
struct yt_gcm {
	struct yt_aes aes;
	struct yt_ghash_key ghash;
};

/* Return: 0, or -EINVAL for a key length other than 16, 24 or 32. */
int yt_gcm_setkey(struct yt_gcm *gcm, const u8 *key, unsigned int key_len);

/**
 * yt_gcm_encrypt() - encrypt and authenticate
 * @gcm: the key
 * @iv: 12 bytes
 * @aad: additional authenticated data
 * @aad_len: its length
 * @out: @len bytes of ciphertext
 * @in: @len bytes of plaintext
 * @len: text length
 * @tag: all 16 bytes; a shorter ICV is its beginning
 */
void yt_gcm_encrypt(const struct yt_gcm *gcm, const u8 iv[YT_GCM_IV],
		    const u8 *aad, size_t aad_len, u8 *out, const u8 *in,
		    size_t len, u8 tag[YT_GCM_MAX_TAG]);

/**
 * yt_gcm_decrypt() - verify and decrypt
 * @gcm: the key
 * @iv: 12 bytes
 * @aad: additional authenticated data
 * @aad_len: its length
 * @out: @len bytes of plaintext, written also when the tag is wrong
 * @in: @len bytes of ciphertext
 * @len: text length
 * @tag: the tag received
 * @tag_len: how many of its bytes are compared: 4 to 16
 *
 * Return: 0, -EBADMSG when the tag is wrong, -EINVAL for a bad @tag_len.
 */
int yt_gcm_decrypt(const struct yt_gcm *gcm, const u8 iv[YT_GCM_IV],
		   const u8 *aad, size_t aad_len, u8 *out, const u8 *in,
		   size_t len, const u8 *tag, unsigned int tag_len);

#endif /* CRYPTORTURE_REFERENCE_MODES_H */

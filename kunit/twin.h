/* SPDX-License-Identifier: GPL-2.0-only */
/* The second copies of aes.c and kat.c, made within reference_kat_test.c. */
#ifndef CRYPTORTURE_KUNIT_TWIN_H
#define CRYPTORTURE_KUNIT_TWIN_H

#include "reference/aes.h"

void twin_init_tables(void);
int twin_setkey(struct yt_aes *aes, const u8 *key, unsigned int key_len);
void twin_encrypt(const struct yt_aes *aes, u8 out[YT_AES_BLOCK],
		  const u8 in[YT_AES_BLOCK]);
void twin_decrypt(const struct yt_aes *aes, u8 out[YT_AES_BLOCK],
		  const u8 in[YT_AES_BLOCK]);
int faulty_reference_check(const char **failed);

#endif /* CRYPTORTURE_KUNIT_TWIN_H */

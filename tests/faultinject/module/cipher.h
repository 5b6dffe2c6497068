/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CBC and CTR by AES-NI, a round at a time, so that a fault can get in between.
 * For wrapper's drivers in place of the real one.
 */
#ifndef CRYPTORTURE_BUSTED_CIPHER_H
#define CRYPTORTURE_BUSTED_CIPHER_H

#include "wrapper.h"

/**
 * struct yt_busted_cipher - what is wrong with it; all may be NULL
 * @choose: a block comes: after which round @slip is to be called, 0: none.
 *          On the CPU that will do it, which it does not leave before the end
 *          of the block.
 * @slip: the state after that round, as FIPS 197 has it, in either direction
 * @begin: instead of kernel_fpu_begin(); false if the FPU is not to be had
 * @end: instead of kernel_fpu_end()
 * @between: between two steps, in the caller's context, outside an FPU section
 */
struct yt_busted_cipher {
	unsigned int (*choose)(unsigned int rounds);
	void (*slip)(u8 state[16]);
	bool (*begin)(const struct yt_busted_job *job);
	void (*end)(void);
	void (*between)(const struct yt_busted_job *job, u8 *iv);
};

/**
 * yt_busted_cipher_run() - work on a request
 * @cipher: what is wrong
 * @job: the request
 * @req: the same
 * @key: expanded
 *
 * Where the FPU is not free, the kernel's scalar AES does it, rightly. Return:
 * 0 or a negative errno, as a skcipher.
 */
int yt_busted_cipher_run(const struct yt_busted_cipher *cipher,
			 struct yt_busted_job *job,
			 struct skcipher_request *req,
			 const struct crypto_aes_ctx *key);

#endif /* CRYPTORTURE_BUSTED_CIPHER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own drivers as a second opinion on the reference. A driver that
 * this kernel does not have skips the test, and the reason is reported.
 */
#ifndef CRYPTORTURE_KUNIT_KERNEL_CRYPTO_H
#define CRYPTORTURE_KUNIT_KERNEL_CRYPTO_H

#include <crypto/aead.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/scatterlist.h>

#include "bytes.h"

static inline void skip_without(struct kunit *test, const void *tfm,
				const char *driver)
{
	if (IS_ERR(tfm))
		kunit_skip(test, "this kernel has no %s: error %ld", driver,
			   PTR_ERR(tfm));
}

/* @data is worked on in place, and must come from test_buffer(). */
static inline int kernel_skcipher(struct crypto_skcipher *tfm, bool encrypt,
				  u8 *iv, u8 *data, unsigned int len)
{
	struct skcipher_request *req;
	struct scatterlist sg;
	DECLARE_CRYPTO_WAIT(wait);
	int ret;

	req = skcipher_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		return -ENOMEM;
	sg_init_one(&sg, data, len);
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP |
				      CRYPTO_TFM_REQ_MAY_BACKLOG,
				      crypto_req_done, &wait);
	skcipher_request_set_crypt(req, &sg, &sg, len, iv);
	ret = crypto_wait_req(encrypt ? crypto_skcipher_encrypt(req) :
			      crypto_skcipher_decrypt(req), &wait);
	skcipher_request_free(req);
	return ret;
}

/* @data holds the AAD, the text and room for the tag. */
static inline int kernel_aead_encrypt(struct crypto_aead *tfm, u8 *iv,
				      u8 *data, unsigned int aad_len,
				      unsigned int len)
{
	struct aead_request *req;
	struct scatterlist sg;
	DECLARE_CRYPTO_WAIT(wait);
	int ret;

	req = aead_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		return -ENOMEM;
	sg_init_one(&sg, data, aad_len + len + crypto_aead_authsize(tfm));
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP |
				  CRYPTO_TFM_REQ_MAY_BACKLOG,
				  crypto_req_done, &wait);
	aead_request_set_ad(req, aad_len);
	aead_request_set_crypt(req, &sg, &sg, len, iv);
	ret = crypto_wait_req(crypto_aead_encrypt(req), &wait);
	aead_request_free(req);
	return ret;
}

#endif /* CRYPTORTURE_KUNIT_KERNEL_CRYPTO_H */

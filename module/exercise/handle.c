// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/string.h>

#include "exercise/handle.h"

int ct_handle_open(struct ct_handle *handle, const struct ct_algorithm *alg,
		   const char *name, u32 type, u32 mask)
{
	memset(handle, 0, sizeof(*handle));
	if (ct_algorithm_is_aead(alg)) {
		handle->aead = crypto_alloc_aead(name, type, mask);
		return PTR_ERR_OR_ZERO(handle->aead);
	}
	handle->skcipher = crypto_alloc_skcipher(name, type, mask);
	return PTR_ERR_OR_ZERO(handle->skcipher);
}

const struct crypto_alg *ct_handle_alg(const struct ct_handle *handle)
{
	if (handle->aead)
		return crypto_aead_tfm(handle->aead)->__crt_alg;
	return crypto_skcipher_tfm(handle->skcipher)->__crt_alg;
}

void ct_handle_close(struct ct_handle *handle)
{
	crypto_free_aead(handle->aead);
	crypto_free_skcipher(handle->skcipher);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/string.h>

#include "drivers/handle.h"

int yt_handle_open(struct yt_handle *handle, const struct yt_algorithm *alg,
		   const char *name, u32 type, u32 mask)
{
	memset(handle, 0, sizeof(*handle));
	if (yt_algorithm_is_aead(alg)) {
		handle->aead = crypto_alloc_aead(name, type, mask);
		return PTR_ERR_OR_ZERO(handle->aead);
	}
	handle->skcipher = crypto_alloc_skcipher(name, type, mask);
	return PTR_ERR_OR_ZERO(handle->skcipher);
}

const struct crypto_alg *yt_handle_alg(const struct yt_handle *handle)
{
	if (handle->aead)
		return crypto_aead_tfm(handle->aead)->__crt_alg;
	return crypto_skcipher_tfm(handle->skcipher)->__crt_alg;
}

void yt_handle_close(struct yt_handle *handle)
{
	crypto_free_aead(handle->aead);
	crypto_free_skcipher(handle->skcipher);
}

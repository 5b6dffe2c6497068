/* SPDX-License-Identifier: GPL-2.0-only */
/* A transform of the crypto API of any type, to inspect and not to use. */
#ifndef CRYPTORTURE_DRIVERS_HANDLE_H
#define CRYPTORTURE_DRIVERS_HANDLE_H

#include <linux/crypto.h>
#include <linux/types.h>

#include "packet/algorithm.h"

/**
 * struct yt_handle - a transform
 * @aead: or NULL
 * @skcipher: or NULL
 */
struct yt_handle {
	struct crypto_aead *aead;
	struct crypto_skcipher *skcipher;
};

/**
 * yt_handle_open() - ask for a transform
 * @handle: where to
 * @alg: says which type
 * @name: of an algorithm or a driver
 * @type: as crypto_alloc_aead() takes it
 * @mask: likewise
 *
 * Process context; may sleep. Return: 0, or what the crypto API says; only after 0 there is
 * anything to close.
 */
int yt_handle_open(struct yt_handle *handle, const struct yt_algorithm *alg,
		   const char *name, u32 type, u32 mask);
/* What the kernel gave. Any context. */
const struct crypto_alg *yt_handle_alg(const struct yt_handle *handle);
/* Process context; may sleep. */
void yt_handle_close(struct yt_handle *handle);

#endif /* CRYPTORTURE_DRIVERS_HANDLE_H */

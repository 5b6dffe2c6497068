/* SPDX-License-Identifier: GPL-2.0-only */
/* A driver's transform with the keys of one SA, and requests to it. */
#ifndef CRYPTORTURE_VECTORS_TRANSFORM_H
#define CRYPTORTURE_VECTORS_TRANSFORM_H

#include <crypto/aead.h>
#include <crypto/skcipher.h>

#include "compat.h"
#include "drivers/driver.h"
#include "packet/vector.h"
#include "reference/seal.h"

/**
 * struct yt_transform - a transform with its key set
 * @driver: the driver that the crypto API returned
 * @aead: or NULL
 * @skcipher: or NULL
 * @request_size: bytes of a request with its context
 * @memory: bytes that it holds itself, without those of inner transforms
 * @salt: of a driver that makes IVs: learned when it was made
 * @refused: setkey failed with this negative errno;
 *	     then there is neither @aead nor @skcipher
 * @refused_icv: it was the length of the ICV that it did not take
 */
struct yt_transform {
	const struct yt_driver *driver;
	struct crypto_aead *aead;
	struct crypto_skcipher *skcipher;
	unsigned int request_size;
	unsigned int memory;
	u8 salt[YT_MAX_IV];
	int refused;
	bool refused_icv;
};

/**
 * yt_transform_make() - allocate and key a transform
 * @transform: where to
 * @driver: which driver; getting another one is an error
 * @sa: the keys
 * @key: the same, expanded for the reference
 *
 * Process context; may sleep.
 *
 * Return: 0; -ENOMEM; -ENODEV when the name gives another driver now, or is
 * that of a template instance that has been removed; -EPROTO
 * when a driver's way of making IVs is not understood; what the crypto API
 * says otherwise. Nothing is left behind then.
 */
int yt_transform_make(struct yt_transform *transform,
		      const struct yt_driver *driver, const struct yt_sa *sa,
		      const struct yt_seal_key *key);
/**
 * yt_transform_rekey() - key a transform once more, as rekeying of an SA could do
 * @transform: made, and perhaps used; no request is under way
 * @sa: the new keys, of the same algorithm
 * @key: the same, expanded for the reference
 *
 * Process context; may sleep. Return: as yt_transform_make().
 */
int yt_transform_rekey(struct yt_transform *transform, const struct yt_sa *sa,
		       const struct yt_seal_key *key);
void yt_transform_free(struct yt_transform *transform);

/**
 * yt_transform_request_iv() - the IV of the request of an encryption
 * @transform: the transform
 * @vector: the case
 * @iv: where to, YT_MAX_IV bytes
 *
 * For drivers that make IVs it is the input that makes them choose the IV of
 * the vector (seqiv) or the one that was sealed for them (echainiv). Any
 * context.
 */
void yt_transform_request_iv(const struct yt_transform *transform,
			     const struct yt_vector *vector, u8 *iv);

/**
 * yt_transform_derived_iv() - what echainiv will feed to CBC
 * @transform: of form ECHAINIV
 * @vector: the case, whose sequence number goes in
 * @iv: where to, YT_MAX_IV bytes
 */
void yt_transform_derived_iv(const struct yt_transform *transform,
			     const struct yt_vector *vector, u8 *iv);

/**
 * union yt_request - a request, in memory of yt_transform.request_size bytes
 * @aead: where the transform is one
 * @skcipher: else
 */
union yt_request {
	struct aead_request aead;
	struct skcipher_request skcipher;
};

/**
 * struct yt_request_args - what a request is about
 * @source: scatter-gather list
 * @destination: the same one for work in place
 * @assoc_len: bytes of AAD, 0 for skciphers
 * @crypt_len: bytes to work on, with the ICV when decrypting
 * @iv: of the algorithm's length
 * @flags: CRYPTO_TFM_REQ_*
 * @complete: called when the driver completes later
 * @data: for @complete
 */
struct yt_request_args {
	struct scatterlist *source;
	struct scatterlist *destination;
	unsigned int assoc_len;
	unsigned int crypt_len;
	u8 *iv;
	u32 flags;
	crypto_completion_t complete;
	void *data;
};

void yt_request_set(union yt_request *request,
		    const struct yt_transform *transform,
		    const struct yt_request_args *args);

/* Has the driver left the caller's fields as they were? Any context. */
bool yt_request_intact(const union yt_request *request,
		       const struct yt_transform *transform,
		       const struct yt_request_args *args);

/**
 * yt_request_place_differs() - did the driver change the request?
 * @request: complete
 * @aead: of which type
 * @args: what it was set to
 *
 * Its pointers and lengths: a driver that changes them makes the next submission, which users
 * of the crypto API do, go beyond their lists. No branches but for @aead. Any context.
 *
 * Return: 0 if it is unchanged.
 */
static __always_inline unsigned long
yt_request_place_differs(const union yt_request *request, bool aead,
			 const struct yt_request_args *args)
{
	unsigned long source = (unsigned long)args->source;
	unsigned long destination = (unsigned long)args->destination;
	unsigned long iv = (unsigned long)args->iv;

	if (aead)
		return ((unsigned long)request->aead.src ^ source) |
		       ((unsigned long)request->aead.dst ^ destination) |
		       ((unsigned long)request->aead.iv ^ iv) |
		       (request->aead.cryptlen ^ args->crypt_len) |
		       (request->aead.assoclen ^ args->assoc_len);
	return ((unsigned long)request->skcipher.src ^ source) |
	       ((unsigned long)request->skcipher.dst ^ destination) |
	       ((unsigned long)request->skcipher.iv ^ iv) |
	       (request->skcipher.cryptlen ^ args->crypt_len);
}

/* Return: as crypto_aead_encrypt() and its like; their context rules hold. */
static inline int yt_request_submit(union yt_request *request,
				    const struct yt_transform *transform,
				    bool encrypt)
{
	if (transform->aead)
		return encrypt ? crypto_aead_encrypt(&request->aead) :
				 crypto_aead_decrypt(&request->aead);
	return encrypt ? crypto_skcipher_encrypt(&request->skcipher) :
			 crypto_skcipher_decrypt(&request->skcipher);
}

#endif /* CRYPTORTURE_VECTORS_TRANSFORM_H */

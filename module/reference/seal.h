/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sealed packet has to be: RFC 4106, RFC 3602 with HMAC (and ESN), CBC, CTR. */
#ifndef CRYPTORTURE_REFERENCE_SEAL_H
#define CRYPTORTURE_REFERENCE_SEAL_H

#include "port.h"
#include "packet/vector.h"
#include "reference/modes.h"
#include "reference/sha.h"

/**
 * struct yt_seal_key - the expanded keys of an SA
 * @gcm: for the GCM forms; @gcm.aes alone for all others
 */
struct yt_seal_key {
	struct yt_gcm gcm;
};

/* Return: 0, or -EINVAL for an impossible key. Any context. */
int yt_seal_setkey(struct yt_seal_key *key, const struct yt_sa *sa);

/**
 * yt_seal() - fill in what is expected of a vector
 * @vector: with its plain image made, and @sealed of yt_vector_sealed_len()
 *	    bytes; @sealed, @iv_after and @iv_after_known are written
 * @sa: its SA
 * @key: expanded from @sa
 *
 * Only skciphers promise what they leave in a request's IV (the chaining value,
 * <crypto/skcipher.h>); AEADs may leave anything there.
 *
 * May take milliseconds for a long packet: not for interrupts.
 */
void yt_seal(struct yt_vector *vector, const struct yt_sa *sa,
	     const struct yt_seal_key *key);

/**
 * yt_seal_chained() - the sealed image for an IV that the driver makes
 * @vector: a sealed vector of form ECHAINIV
 * @sa: its SA
 * @key: expanded from @sa
 * @derived_iv: what the driver feeds to CBC in front of the block of zeros
 *		whose ciphertext becomes the IV in the packet
 * @sealed: yt_vector_sealed_len() bytes
 */
void yt_seal_chained(const struct yt_vector *vector, const struct yt_sa *sa,
		     const struct yt_seal_key *key,
		     const u8 derived_iv[YT_MAX_IV], u8 *sealed);

/**
 * yt_seal_hmac() - the HMAC of a packet of form AUTHENC or ECHAINIV
 * @sa: its SA
 * @head: of the sealed image, with the IV
 * @head_len: bytes
 * @text: the ciphertext
 * @text_len: bytes
 * @mac: the whole digest; the ICV is its beginning
 */
void yt_seal_hmac(const struct yt_sa *sa, const u8 *head, unsigned int head_len,
		  const u8 *text, unsigned int text_len,
		  u8 mac[YT_SHA_MAX_DIGEST]);

#endif /* CRYPTORTURE_REFERENCE_SEAL_H */

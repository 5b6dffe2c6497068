/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One number for the packets of a seed: SHA-256 over request IV and sealed
 * image of the first vectors, by rising SA number and, within it, in the order
 * of yt_algorithms[]. Equal seeds and algorithms give equal digests anywhere.
 */
#ifndef CRYPTORTURE_REFERENCE_DIGEST_H
#define CRYPTORTURE_REFERENCE_DIGEST_H

#include "port.h"
#include "packet/vector.h"
#include "reference/sha.h"

#define YT_DIGEST_SIZE	32
/* SAs of each algorithm that go into a digest. */
#define YT_DIGEST_SAS	4

static inline void yt_digest_add(struct yt_sha *digest,
				 const struct yt_vector *vector)
{
	yt_sha_update(digest, vector->request_iv, YT_MAX_IV);
	yt_sha_update(digest, vector->sealed, yt_vector_sealed_len(vector));
}

#endif /* CRYPTORTURE_REFERENCE_DIGEST_H */

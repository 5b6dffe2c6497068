/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reproducible numbers: SplitMix64 (Steele, Lea, Flood 2014). Not for secrets;
 * the same seed gives the same stream on every machine.
 */
#ifndef CRYPTORTURE_PACKET_RANDOM_H
#define CRYPTORTURE_PACKET_RANDOM_H

#include "port.h"

struct yt_random {
	u64 state;
};

/* A stream of its own for each (seed, stream, index). Any context. */
void yt_random_init(struct yt_random *random, u64 seed, u64 stream, u64 index);
u64 yt_random_u64(struct yt_random *random);
/* A number from 0 to @bound - 1; @bound is not 0 and below 2^32. */
u32 yt_random_below(struct yt_random *random, u32 bound);
void yt_random_bytes(struct yt_random *random, u8 *out, size_t len);

#endif /* CRYPTORTURE_PACKET_RANDOM_H */

// SPDX-License-Identifier: GPL-2.0-only
#include "packet/random.h"

#define GOLDEN_GAMMA	0x9e3779b97f4a7c15ULL

static u64 mix(u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

void yt_random_init(struct yt_random *random, u64 seed, u64 stream, u64 index)
{
	/* Mixed one after the other, so that neighbours share nothing. */
	random->state = mix(seed + GOLDEN_GAMMA);
	random->state = mix(random->state ^ (stream + 1) * GOLDEN_GAMMA);
	random->state = mix(random->state ^ (index + 1) * GOLDEN_GAMMA);
}

u64 yt_random_u64(struct yt_random *random)
{
	random->state += GOLDEN_GAMMA;
	return mix(random->state);
}

u32 yt_random_below(struct yt_random *random, u32 bound)
{
	return (u32)(((yt_random_u64(random) >> 32) * bound) >> 32);
}

void yt_random_bytes(struct yt_random *random, u8 *out, size_t len)
{
	u64 word = 0;
	size_t i;

	/* Byte by byte from the low end: the same on any byte order. */
	for (i = 0; i < len; i++) {
		if (i % 8 == 0)
			word = yt_random_u64(random);
		out[i] = (u8)word;
		word >>= 8;
	}
}

// SPDX-License-Identifier: GPL-2.0-only
#include "vectors/poison.h"

void yt_poison(u8 *to, unsigned int len)
{
	const u64 word = YT_POISON_WORD;

	for (; len >= 32; len -= 32, to += 32) {
		put_unaligned(word, (u64 *)to);
		put_unaligned(word, (u64 *)(to + 8));
		put_unaligned(word, (u64 *)(to + 16));
		put_unaligned(word, (u64 *)(to + 24));
	}
	for (; len >= 8; len -= 8, to += 8)
		put_unaligned(word, (u64 *)to);
	while (len--)
		*to++ = YT_POISON;
}

bool yt_poisoned(const u8 *at, unsigned int len)
{
	u64 diff = 0;

	for (; len >= 8; len -= 8, at += 8)
		diff |= get_unaligned((const u64 *)at) ^ YT_POISON_WORD;
	while (len--)
		diff |= *at++ ^ YT_POISON;
	return !diff;
}

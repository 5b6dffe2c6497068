// SPDX-License-Identifier: GPL-2.0-only
#include "exercise/poison.h"

void ct_poison(u8 *to, unsigned int len)
{
	const u64 word = CT_POISON_WORD;

	for (; len >= 32; len -= 32, to += 32) {
		put_unaligned(word, (u64 *)to);
		put_unaligned(word, (u64 *)(to + 8));
		put_unaligned(word, (u64 *)(to + 16));
		put_unaligned(word, (u64 *)(to + 24));
	}
	for (; len >= 8; len -= 8, to += 8)
		put_unaligned(word, (u64 *)to);
	while (len--)
		*to++ = CT_POISON;
}

bool ct_poisoned(const u8 *at, unsigned int len)
{
	u64 diff = 0;

	for (; len >= 8; len -= 8, at += 8)
		diff |= get_unaligned((const u64 *)at) ^ CT_POISON_WORD;
	while (len--)
		diff |= *at++ ^ CT_POISON;
	return !diff;
}

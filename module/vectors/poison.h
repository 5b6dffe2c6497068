/* SPDX-License-Identifier: GPL-2.0-only */
/* What lies where a driver has to write, before it does. */
#ifndef CRYPTORTURE_VECTORS_POISON_H
#define CRYPTORTURE_VECTORS_POISON_H

#include <linux/types.h>

#include "compat_unaligned.h"

#define YT_POISON		0xdb
#define YT_POISON_WORD		(YT_POISON * 0x0101010101010101ULL)

/* Fill any memory with YT_POISON, and see if it is there. Any context. */
void yt_poison(u8 *to, unsigned int len);
bool yt_poisoned(const u8 *at, unsigned int len);

/* The same, in line for 8 to 16 bytes, where words that overlap cover them. */
static inline void yt_poison_few(u8 *to, unsigned int len)
{
	if (len < 8 || len > 16) {
		yt_poison(to, len);
		return;
	}
	put_unaligned(YT_POISON_WORD, (u64 *)to);
	put_unaligned(YT_POISON_WORD, (u64 *)(to + len - 8));
}

static inline bool yt_poisoned_few(const u8 *at, unsigned int len)
{
	if (!len)
		return true;
	if (len < 8 || len > 16)
		return yt_poisoned(at, len);
	return get_unaligned((const u64 *)at) == YT_POISON_WORD &&
	       get_unaligned((const u64 *)(at + len - 8)) == YT_POISON_WORD;
}

#endif /* CRYPTORTURE_VECTORS_POISON_H */

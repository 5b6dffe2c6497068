/* SPDX-License-Identifier: GPL-2.0-only */
/* What lies where a driver has to write, before it does. */
#ifndef CRYPTORTURE_EXERCISE_POISON_H
#define CRYPTORTURE_EXERCISE_POISON_H

#include <linux/types.h>

#include "compat_unaligned.h"

#define CT_POISON		0xdb
#define CT_POISON_WORD		(CT_POISON * 0x0101010101010101ULL)

/* Fill any memory with CT_POISON, and see if it is there. Any context. */
void ct_poison(u8 *to, unsigned int len);
bool ct_poisoned(const u8 *at, unsigned int len);

/* The same, in line for 8 to 16 bytes, where words that overlap cover them. */
static inline void ct_poison_few(u8 *to, unsigned int len)
{
	if (len < 8 || len > 16) {
		ct_poison(to, len);
		return;
	}
	put_unaligned(CT_POISON_WORD, (u64 *)to);
	put_unaligned(CT_POISON_WORD, (u64 *)(to + len - 8));
}

static inline bool ct_poisoned_few(const u8 *at, unsigned int len)
{
	if (!len)
		return true;
	if (len < 8 || len > 16)
		return ct_poisoned(at, len);
	return get_unaligned((const u64 *)at) == CT_POISON_WORD &&
	       get_unaligned((const u64 *)(at + len - 8)) == CT_POISON_WORD;
}

#endif /* CRYPTORTURE_EXERCISE_POISON_H */

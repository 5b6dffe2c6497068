// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/compare.h"

bool yt_same(const void *expected, const void *actual, size_t len)
{
	const u8 *a = expected;
	const u8 *b = actual;
	u64 diff = 0;

	/* No early exit: nearly always everything is the same. */
	while (len >= 32) {
		diff |= yt_word(a) ^ yt_word(b);
		diff |= yt_word(a + 8) ^ yt_word(b + 8);
		diff |= yt_word(a + 16) ^ yt_word(b + 16);
		diff |= yt_word(a + 24) ^ yt_word(b + 24);
		a += 32;
		b += 32;
		len -= 32;
	}
	while (len >= 8) {
		diff |= yt_word(a) ^ yt_word(b);
		a += 8;
		b += 8;
		len -= 8;
	}
	while (len--)
		diff |= (u64)(*a++ ^ *b++);
	return diff == 0;
}

static u32 count_bits(u8 byte)
{
	u32 bits = 0;

	for (; byte; byte &= (u8)(byte - 1))
		bits++;
	return bits;
}

void yt_compare_part(struct yt_difference *difference, const u8 *expected,
		     const u8 *actual, size_t offset, size_t len,
		     size_t text_offset, size_t text_len)
{
	size_t i;

	for (i = offset; i < offset + len; i++) {
		u8 diff = *expected++ ^ *actual++;

		if (!diff)
			continue;
		if (!difference->wrong_bytes)
			difference->first = (u32)i;
		difference->last = (u32)i;
		difference->wrong_bytes++;
		difference->wrong_bits += count_bits(diff);
		if (i >= text_offset && i - text_offset < text_len) {
			size_t block = (i - text_offset) / 16;

			if (block / 8 < YT_BITMAP)
				difference->blocks[block / 8] |=
					(u8)(1U << (block % 8));
		}
	}
}

bool yt_compare(struct yt_difference *difference, const u8 *expected,
		const u8 *actual, size_t len, size_t text_offset,
		size_t text_len)
{
	memset(difference, 0, sizeof(*difference));
	yt_compare_part(difference, expected, actual, 0, len, text_offset,
			text_len);
	return difference->wrong_bytes != 0;
}

/* No byte of it is 0 or ff, and no two neighbours are alike. */
static const u64 guard_pattern[2] = { YT_GUARD_LOW, YT_GUARD_HIGH };

void yt_guard_put(u8 *guard)
{
	unsigned int i;

	for (i = 0; i < YT_GUARD; i += sizeof(guard_pattern))
		__builtin_memcpy(guard + i, guard_pattern,
				 sizeof(guard_pattern));
}

bool yt_guard_intact(const u8 *guard)
{
	u64 low = YT_GUARD_LOW, high = YT_GUARD_HIGH;
	u64 diff = 0;
	unsigned int i;

	for (i = 0; i < YT_GUARD; i += sizeof(guard_pattern)) {
		diff |= yt_word(guard + i) ^ low;
		diff |= yt_word(guard + i + 8) ^ high;
	}
	return diff == 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences between the expected and the actual image. Any context. */
#ifndef CRYPTORTURE_EVIDENCE_COMPARE_H
#define CRYPTORTURE_EVIDENCE_COMPARE_H

#include "port.h"

#define YT_GUARD	64	/* bytes of guard on either side of a buffer */
#define YT_GUARD_NEAR	32
#define YT_BITMAP	72	/* bytes: one bit for each block of the longest text */

/**
 * struct yt_difference - where and how much two images differ
 * @first: offset of the first wrong byte
 * @last: offset of the last wrong byte
 * @wrong_bytes: how many bytes differ
 * @wrong_bits: how many bits differ
 * @blocks: bit n % 8 of byte n / 8 is 16-byte block n of the text
 */
struct yt_difference {
	u32 first;
	u32 last;
	u32 wrong_bytes;
	u32 wrong_bits;
	u8 blocks[YT_BITMAP];
};

/* The hot path: true if all @len bytes are the same. */
bool yt_same(const void *expected, const void *actual, size_t len);

/**
 * yt_compare() - find every difference
 * @difference: where to
 * @expected: what should be there
 * @actual: what is there
 * @len: bytes of both
 * @text_offset: where the text begins, from which blocks count
 * @text_len: its length; bytes beyond it belong to no block
 *
 * Return: true if there is any difference.
 */
bool yt_compare(struct yt_difference *difference, const u8 *expected,
		const u8 *actual, size_t len, size_t text_offset,
		size_t text_len);

/**
 * yt_compare_part() - add what differs in a part of an image
 * @difference: zeroed before the first part
 * @expected: what should be in the part
 * @actual: what is there
 * @offset: of the part in the image; that of the part before, and its length
 * @len: bytes of the part
 * @text_offset: where the text begins in the image
 * @text_len: its length
 */
void yt_compare_part(struct yt_difference *difference, const u8 *expected,
		     const u8 *actual, size_t offset, size_t len,
		     size_t text_offset, size_t text_len);

static inline u64 yt_word(const u8 *p)
{
	u64 word;

	/* Compiled to one move; the pointer may have any alignment. */
	__builtin_memcpy(&word, p, sizeof(word));
	return word;
}

/* yt_same() of few bytes, in line: words that overlap cover all of them. */
static inline bool yt_same_few(const u8 *expected, const u8 *actual,
			       unsigned int len)
{
	const u8 *a = expected, *b = actual;
	u64 diff;

	if (!len)
		return true;
	if (len < 8 || len > 32)
		return yt_same(expected, actual, len);
	diff = yt_word(a) ^ yt_word(b);
	if (len > 16) {
		diff |= yt_word(a + 8) ^ yt_word(b + 8);
		diff |= yt_word(a + len - 16) ^ yt_word(b + len - 16);
	}
	diff |= yt_word(a + len - 8) ^ yt_word(b + len - 8);
	return diff == 0;
}

/* Fill YT_GUARD bytes with the guard pattern. */
void yt_guard_put(u8 *guard);
/* True if YT_GUARD bytes still hold the guard pattern. */
bool yt_guard_intact(const u8 *guard);

/* The pattern: these two 8-byte words repeated, little-endian. */
#define YT_GUARD_LOW	0x2dd269a53c96c35aULL
#define YT_GUARD_HIGH	0xca358778e11eb44bULL

/*
 * 0 if the nearest YT_GUARD_NEAR bytes of two guards are intact: of the one that ends
 * at @begin, and of the one that begins at @end. No branches.
 */
static inline u64 yt_guard_near_differs(const u8 *begin, const u8 *end)
{
	u64 low = YT_GUARD_LOW, high = YT_GUARD_HIGH;
	u64 diff;

	begin -= YT_GUARD_NEAR;
	diff = (yt_word(begin) ^ low) | (yt_word(begin + 8) ^ high) |
	       (yt_word(begin + 16) ^ low) | (yt_word(begin + 24) ^ high);
	diff |= (yt_word(end) ^ low) | (yt_word(end + 8) ^ high) |
		(yt_word(end + 16) ^ low) | (yt_word(end + 24) ^ high);
	return diff;
}

#endif /* CRYPTORTURE_EVIDENCE_COMPARE_H */

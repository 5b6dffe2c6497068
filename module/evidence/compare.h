/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between what was expected and what is there. Any context. */
#ifndef CRYPTORTURE_EVIDENCE_COMPARE_H
#define CRYPTORTURE_EVIDENCE_COMPARE_H

#include "port.h"

#define CT_GUARD	64	/* bytes of guard on either side of a buffer */
#define CT_GUARD_NEAR	32
#define CT_BITMAP	72	/* bytes: one bit for each block of the longest text */

/**
 * struct ct_difference - where and how much two images differ
 * @first: offset of the first wrong byte
 * @last: offset of the last wrong byte
 * @wrong_bytes: how many bytes differ
 * @wrong_bits: how many bits differ
 * @blocks: bit n % 8 of byte n / 8 is 16-byte block n of the text
 */
struct ct_difference {
	u32 first;
	u32 last;
	u32 wrong_bytes;
	u32 wrong_bits;
	u8 blocks[CT_BITMAP];
};

/* The hot path: true if all @len bytes are the same. */
bool ct_same(const void *expected, const void *actual, size_t len);

/**
 * ct_compare() - find every difference
 * @difference: where to
 * @expected: what should be there
 * @actual: what is there
 * @len: bytes of both
 * @text_offset: where the text begins, from which blocks count
 * @text_len: its length; bytes beyond it belong to no block
 *
 * Return: true if there is any difference.
 */
bool ct_compare(struct ct_difference *difference, const u8 *expected,
		const u8 *actual, size_t len, size_t text_offset,
		size_t text_len);

/**
 * ct_compare_part() - add what differs in a part of an image
 * @difference: zeroed before the first part
 * @expected: what should be in the part
 * @actual: what is there
 * @offset: of the part in the image; that of the part before, and its length
 * @len: bytes of the part
 * @text_offset: where the text begins in the image
 * @text_len: its length
 */
void ct_compare_part(struct ct_difference *difference, const u8 *expected,
		     const u8 *actual, size_t offset, size_t len,
		     size_t text_offset, size_t text_len);

static inline u64 ct_word(const u8 *p)
{
	u64 word;

	/* Compiled to one move; the pointer may have any alignment. */
	__builtin_memcpy(&word, p, sizeof(word));
	return word;
}

/* ct_same() of few bytes, in line: words that overlap cover all of them. */
static inline bool ct_same_few(const u8 *expected, const u8 *actual,
			       unsigned int len)
{
	const u8 *a = expected, *b = actual;
	u64 diff;

	if (!len)
		return true;
	if (len < 8 || len > 32)
		return ct_same(expected, actual, len);
	diff = ct_word(a) ^ ct_word(b);
	if (len > 16) {
		diff |= ct_word(a + 8) ^ ct_word(b + 8);
		diff |= ct_word(a + len - 16) ^ ct_word(b + len - 16);
	}
	diff |= ct_word(a + len - 8) ^ ct_word(b + len - 8);
	return diff == 0;
}

/* Fill CT_GUARD bytes with the guard pattern. */
void ct_guard_put(u8 *guard);
/* True if CT_GUARD bytes still hold it. */
bool ct_guard_intact(const u8 *guard);

/* Its first and second 8 bytes, over and over, little-endian. */
#define CT_GUARD_LOW	0x2dd269a53c96c35aULL
#define CT_GUARD_HIGH	0xca358778e11eb44bULL

/*
 * 0 if the nearest CT_GUARD_NEAR bytes of two guards hold it: of the one that ends
 * at @begin, and of the one that begins at @end. No branches.
 */
static inline u64 ct_guard_near_differs(const u8 *begin, const u8 *end)
{
	u64 low = CT_GUARD_LOW, high = CT_GUARD_HIGH;
	u64 diff;

	begin -= CT_GUARD_NEAR;
	diff = (ct_word(begin) ^ low) | (ct_word(begin + 8) ^ high) |
	       (ct_word(begin + 16) ^ low) | (ct_word(begin + 24) ^ high);
	diff |= (ct_word(end) ^ low) | (ct_word(end + 8) ^ high) |
		(ct_word(end + 16) ^ low) | (ct_word(end + 24) ^ high);
	return diff;
}

#endif /* CRYPTORTURE_EVIDENCE_COMPARE_H */

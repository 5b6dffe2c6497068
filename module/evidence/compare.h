/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between what was expected and what is there. Any context. */
#ifndef CRYPTORTURE_EVIDENCE_COMPARE_H
#define CRYPTORTURE_EVIDENCE_COMPARE_H

#include "port.h"

#define CT_GUARD	64	/* bytes of guard on either side of a buffer */
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

/* Fill CT_GUARD bytes with the guard pattern. */
void ct_guard_put(u8 *guard);
/* True if CT_GUARD bytes still hold it. */
bool ct_guard_intact(const u8 *guard);

#endif /* CRYPTORTURE_EVIDENCE_COMPARE_H */

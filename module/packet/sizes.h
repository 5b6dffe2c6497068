/* SPDX-License-Identifier: GPL-2.0-only */
/* Which ESP payload lengths a run may draw. Pure; any context. */
#ifndef CRYPTORTURE_PACKET_SIZES_H
#define CRYPTORTURE_PACKET_SIZES_H

#include "port.h"
#include "packet/random.h"

#define YT_SIZE_RANGES	16

/**
 * struct yt_sizes - ranges of bytes of ESP payload
 * @count: how many ranges; 0 means any length, as networks have them
 * @ranges: @min to @max of each, both included
 * @total: lengths in all of them together
 */
struct yt_sizes {
	unsigned int count;
	struct {
		u16 min;
		u16 max;
	} ranges[YT_SIZE_RANGES];
	u32 total;
};

/**
 * yt_sizes_parse() - read a list such as "64,1300-1500"
 * @sizes: where to; unspecified on failure
 * @text: decimal numbers and ranges, with a comma between two
 * @most: no number is above this, which is below 65536; none is 0
 *
 * Return: NULL, or a sentence that says what is wrong.
 */
const char *yt_sizes_parse(struct yt_sizes *sizes, const char *text,
			   unsigned int most);

/**
 * yt_sizes_draw() - one of the lengths, each as often as any other
 * @sizes: with at least one range
 * @random: where numbers come from
 *
 * Return: bytes of ESP payload.
 */
unsigned int yt_sizes_draw(const struct yt_sizes *sizes,
			   struct yt_random *random);

/* "64,1300-1500"; at most @room bytes with the NUL. Return: length without the NUL. */
unsigned int yt_sizes_print(const struct yt_sizes *sizes, char *text,
			    unsigned int room);

/* Enough room for any list. */
#define YT_SIZES_TEXT	(YT_SIZE_RANGES * 12 + 1)

#endif /* CRYPTORTURE_PACKET_SIZES_H */

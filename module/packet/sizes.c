// SPDX-License-Identifier: GPL-2.0-only
#ifndef __KERNEL__
#include <stdio.h>
#endif

#include "packet/sizes.h"

/* A decimal number at *text, which is moved behind it; 0 if there is none. */
static unsigned int take_number(const char **text, unsigned int most)
{
	unsigned int number = 0;

	while (**text >= '0' && **text <= '9') {
		number = number * 10 + (unsigned int)(**text - '0');
		/* Too large stays too large, without overflow. */
		if (number > most)
			number = most + 1;
		(*text)++;
	}
	return number;
}

const char *yt_sizes_parse(struct yt_sizes *sizes, const char *text,
			   unsigned int most)
{
	memset(sizes, 0, sizeof(*sizes));
	for (;;) {
		unsigned int min = take_number(&text, most), max = min;

		if (*text == '-') {
			text++;
			max = take_number(&text, most);
		}
		if (*text && *text != ',')
			return "not a list of sizes: write it like 64,1300-1500";
		if (!min || !max || min > most || max > most || min > max)
			return "a size is out of bounds: 1 to 9000 bytes, the smaller one first";
		if (sizes->count == YT_SIZE_RANGES)
			return "too many ranges of sizes: at most 16";
		sizes->ranges[sizes->count].min = (u16)min;
		sizes->ranges[sizes->count].max = (u16)max;
		sizes->count++;
		sizes->total += max - min + 1;
		if (!*text)
			return NULL;
		text++;
	}
}

unsigned int yt_sizes_draw(const struct yt_sizes *sizes,
			   struct yt_random *random)
{
	u32 place = yt_random_below(random, sizes->total);
	unsigned int i;

	for (i = 0; i + 1 < sizes->count; i++) {
		u32 length = sizes->ranges[i].max - sizes->ranges[i].min + 1U;

		if (place < length)
			break;
		place -= length;
	}
	return sizes->ranges[i].min + place;
}

unsigned int yt_sizes_print(const struct yt_sizes *sizes, char *text,
			    unsigned int room)
{
	unsigned int len = 0, i;

	text[0] = '\0';
	for (i = 0; i < sizes->count && len < room; i++) {
		const char *comma = i ? "," : "";
		unsigned int min = sizes->ranges[i].min;
		unsigned int max = sizes->ranges[i].max;

		if (min == max)
			len += (unsigned int)snprintf(text + len, room - len,
						      "%s%u", comma, min);
		else
			len += (unsigned int)snprintf(text + len, room - len,
						      "%s%u-%u", comma, min,
						      max);
	}
	return len;
}

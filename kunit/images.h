/* SPDX-License-Identifier: GPL-2.0-only */
/* Images of every shape, by their fields, for the suites of layouts. */
#ifndef CRYPTORTURE_KUNIT_IMAGES_H
#define CRYPTORTURE_KUNIT_IMAGES_H

#include "packet/layout.h"
#include "packet/vector.h"

static const struct yt_fields images[] = {
	{ 0, 0, 1, 1 },			/* ctr(aes), the smallest of all */
	{ 0, 0, 2, 2 },
	{ 0, 0, 3, 3 },
	{ 0, 0, 16, 16 },		/* cbc(aes) */
	{ 0, 0, 1488, 1488 },
	{ 8, 8, 9, 17 },		/* gcm(aes), no IV in the packet */
	{ 12, 12, 100, 116 },
	{ 8, 16, 17, 33 },		/* rfc4106(gcm(aes)) */
	{ 12, 20, 1440, 1456 },
	{ 8, 24, 40, 52 },		/* authenc() */
	{ 8, 24, 1464, 1480 },
	{ 8, 16, 4000, 4016 },		/* longer than a page with its guards */
	{ 8, 24, YT_MAX_SLAB_IMAGE - 32, YT_MAX_SLAB_IMAGE },
	{ YT_MAX_HEAD - 16, YT_MAX_HEAD, YT_MAX_IMAGE - YT_MAX_ICV,
	  YT_MAX_IMAGE },		/* more than there ever is */
};

#define LARGEST_IMAGE	(&images[ARRAY_SIZE(images) - 1])

/* How many variants of a split are worth testing. */
static inline unsigned int variants_of(enum yt_split split)
{
	switch (split) {
	case YT_SPLIT_BYTES:
		return 64;
	case YT_SPLIT_RANDOM:
		return 200;
	default:
		return 1;
	}
}

#endif /* CRYPTORTURE_KUNIT_IMAGES_H */

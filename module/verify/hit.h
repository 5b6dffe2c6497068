/* SPDX-License-Identifier: GPL-2.0-only */
/* A hit: changed bytes around the pieces of an image. */
#ifndef CRYPTORTURE_VERIFY_HIT_H
#define CRYPTORTURE_VERIFY_HIT_H

#include "vectors/buffer.h"

/**
 * struct yt_hit - changed bytes next to the pieces
 * @at: where, with those next to them
 * @len: bytes, YT_GUARD at most
 * @guard: YT_GUARD bytes of a guard; else so many of YT_POISON
 * @front: in front of a piece
 * @offset: in the image, of that piece, or of the end of the one in front of them
 */
struct yt_hit {
	const u8 *at;
	unsigned int len;
	bool guard;
	bool front;
	unsigned int offset;
};

/**
 * yt_hit_find() - find the first of them
 * @buffer: placed
 * @hit: where to
 *
 * Any context. Return: is there one?
 */
bool yt_hit_find(const struct yt_buffer *buffer, struct yt_hit *hit);

#endif /* CRYPTORTURE_VERIFY_HIT_H */

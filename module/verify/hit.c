// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>

#include "verify/hit.h"

static const u8 *end_of(const struct yt_piece *piece)
{
	return piece->data + piece->len;
}

static bool hit_guard(struct yt_hit *hit, const u8 *at)
{
	hit->at = at;
	hit->len = YT_GUARD;
	hit->guard = true;
	return !yt_guard_intact(at);
}

/* Between the guard behind a piece and the next piece. */
static bool hit_poison(struct yt_hit *hit, const u8 *from, const u8 *to)
{
	hit->at = from;
	hit->len = min_t(size_t, to - from, YT_GUARD);
	hit->guard = false;
	return !yt_poisoned(from, to - from);
}

bool yt_hit_find(const struct yt_buffer *buffer, struct yt_hit *hit)
{
	const struct yt_piece *piece = buffer->pieces;
	unsigned int left = buffer->count;

	hit->offset = 0;
	hit->front = true;
	if (hit_guard(hit, piece->data - YT_GUARD))
		return true;
	hit->front = false;
	for (; --left; piece++) {
		const u8 *end = end_of(piece);

		hit->offset += piece->len;
		if (hit_guard(hit, end) ||
		    hit_poison(hit, end + YT_GUARD, piece[1].data))
			return true;
	}
	hit->offset += piece->len;
	return !yt_buffer_at_edge(buffer) && hit_guard(hit, end_of(piece));
}

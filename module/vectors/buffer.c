// SPDX-License-Identifier: GPL-2.0-only
#include <linux/build_bug.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "vectors/buffer.h"
#include "vectors/edge.h"

bool yt_buffer_over_reads;

#define MEMORY_BYTES	(YT_BUFFER_PAGES * PAGE_SIZE)
/* Between pieces: a guard, and padding to align the next one. */
#define MAX_GAP		(YT_GUARD + 15)
/* Guards, offset and gaps. */
#define OVERHEAD	(2 * YT_GUARD + 16 + (YT_MAX_PIECES - 1) * MAX_GAP)

static_assert(OVERHEAD + YT_MAX_IMAGE <= MEMORY_BYTES);
static_assert(OVERHEAD + YT_MAX_SLAB_IMAGE <= YT_SLAB_BYTES);
/* From just behind the first guard, and over a page boundary. */
static_assert(YT_GUARD + YT_MAX_CROSSING <= PAGE_SIZE);
static_assert(PAGE_SIZE + YT_MAX_CROSSING + YT_GUARD <= YT_SLAB_BYTES);

int yt_buffer_alloc(struct yt_buffer *buffer, u8 backings)
{
	u8 **memory = buffer->memory;
	unsigned int i;

	buffer->edge = backings & YT_BACKINGS_EDGE;
	memory[YT_BACKING_PAGE] = buffer->edge ? yt_edge_alloc(MEMORY_BYTES) :
		alloc_pages_exact(MEMORY_BYTES, GFP_KERNEL);
	if (!memory[YT_BACKING_PAGE])
		return -ENOMEM;
	if (backings & BIT(YT_BACKING_KMALLOC)) {
		memory[YT_BACKING_KMALLOC] = kmalloc(YT_SLAB_BYTES, GFP_KERNEL);
		if (!memory[YT_BACKING_KMALLOC])
			return -ENOMEM;
	}
	if (backings & BIT(YT_BACKING_VMALLOC)) {
		memory[YT_BACKING_VMALLOC] = vmalloc(MEMORY_BYTES);
		if (!memory[YT_BACKING_VMALLOC])
			return -ENOMEM;
		for (i = 0; i < YT_BUFFER_PAGES; i++)
			buffer->pages[i] =
				vmalloc_to_page(memory[YT_BACKING_VMALLOC] +
						i * PAGE_SIZE);
	}
	return 0;
}

void yt_buffer_free(struct yt_buffer *buffer)
{
	u8 **memory = buffer->memory;

	vfree(memory[YT_BACKING_VMALLOC]);
	kfree(memory[YT_BACKING_KMALLOC]);
	if (buffer->edge)
		yt_edge_free(memory[YT_BACKING_PAGE], MEMORY_BYTES);
	else if (memory[YT_BACKING_PAGE])
		free_pages_exact(memory[YT_BACKING_PAGE], MEMORY_BYTES);
	memset(buffer->memory, 0, sizeof(buffer->memory));
}

void yt_buffer_swap(struct yt_buffer *one, struct yt_buffer *other)
{
	unsigned int i;

	for (i = 0; i < YT_BACKINGS; i++)
		swap(one->memory[i], other->memory[i]);
	for (i = 0; i < YT_BUFFER_PAGES; i++)
		swap(one->pages[i], other->pages[i]);
	swap(one->edge, other->edge);
}

u8 yt_buffer_backings(const struct yt_buffer *buffer)
{
	u8 backings = 0;
	unsigned int i;

	for (i = 0; i < YT_BACKINGS; i++)
		if (buffer->memory[i])
			backings |= BIT(i);
	return backings;
}

size_t yt_buffer_memory(u8 backings)
{
	size_t bytes = MEMORY_BYTES;

	if (backings & BIT(YT_BACKING_KMALLOC))
		bytes += YT_SLAB_BYTES;
	if (backings & BIT(YT_BACKING_VMALLOC))
		bytes += MEMORY_BYTES;
	if (backings & YT_BACKINGS_EDGE)
		bytes += PAGE_SIZE;
	return bytes;
}

static inline u8 *piece_end(const struct yt_piece *piece)
{
	return piece->data + piece->len;
}

/* A guard behind the one piece, and poison up to the other. */
static void put_gap(u8 *from, const u8 *to)
{
	yt_guard_put(from);
	for (from += YT_GUARD; from < to; from++)
		*from = YT_POISON;
}

static bool gap_intact(const u8 *from, const u8 *to)
{
	u8 diff = 0;

	if (!yt_guard_intact(from))
		return false;
	for (from += YT_GUARD; from < to; from++)
		diff |= *from ^ YT_POISON;
	return !diff;
}

/* From the last piece back. */
static noinline void place_at_edge(struct yt_buffer *buffer,
				   const struct yt_side *side,
				   const struct yt_pieces *pieces)
{
	u8 *data = buffer->memory[YT_BACKING_PAGE] + MEMORY_BYTES;
	unsigned int i = pieces->count;

	while (i--) {
		data -= pieces->lens[i];
		if (i + 1 < pieces->count) {
			data -= YT_GUARD;
			data -= ((unsigned long)data - side->offset) & 15;
			put_gap(data + pieces->lens[i],
				buffer->pieces[i + 1].data);
		}
		buffer->pieces[i].data = data;
		buffer->pieces[i].len = pieces->lens[i];
	}
	yt_guard_put(data - YT_GUARD);
}

void yt_buffer_place(struct yt_buffer *buffer, const struct yt_side *side,
		     const struct yt_pieces *pieces)
{
	unsigned int crossing = yt_side_crossing(side);
	u8 *data = buffer->memory[side->backing];
	struct yt_piece *piece = buffer->pieces;
	unsigned int i;

	buffer->backing = side->backing;
	buffer->count = pieces->count;
	if (yt_buffer_at_edge(buffer)) {
		place_at_edge(buffer, side, pieces);
		return;
	}
	data += crossing ? PAGE_SIZE - crossing : YT_GUARD + side->offset;
	yt_guard_put(data - YT_GUARD);
	piece->data = data;
	piece->len = pieces->lens[0];
	for (i = 1; i < pieces->count; i++) {
		data = piece_end(piece) + YT_GUARD;
		data += (side->offset - (unsigned long)data) & 15;
		put_gap(piece_end(piece), data);
		piece++;
		piece->data = data;
		piece->len = pieces->lens[i];
	}
	yt_guard_put(piece_end(piece));
}

static void put_entry(const struct yt_buffer *buffer, struct scatterlist *entry,
		      u8 *data, unsigned int len)
{
	unsigned long offset;

	if (buffer->backing != YT_BACKING_VMALLOC) {
		sg_set_buf(entry, data, len);
		return;
	}
	offset = data - buffer->memory[YT_BACKING_VMALLOC];
	sg_set_page(entry, buffer->pages[offset >> PAGE_SHIFT], len,
		    offset_in_page(offset));
}

static unsigned int put_piece(const struct yt_buffer *buffer,
			      struct scatterlist *list, u8 *data,
			      unsigned int len)
{
	unsigned int count = 0, part;

	while (len) {
		part = len;
		if (buffer->backing == YT_BACKING_VMALLOC)
			part = min_t(unsigned int, part,
				     PAGE_SIZE - offset_in_page(data));
		put_entry(buffer, &list[count++], data, part);
		data += part;
		len -= part;
	}
	return count;
}

void yt_buffer_list(const struct yt_buffer *buffer, struct scatterlist *list,
		    const struct yt_pieces *pieces)
{
	const struct yt_piece *piece = buffer->pieces;
	unsigned int entries = pieces->count, count = 0, done = 0, i;

	if (pieces->count == 1 && buffer->backing != YT_BACKING_VMALLOC) {
		sg_init_one(list, piece->data, pieces->lens[0]);
		return;
	}
	if (buffer->backing == YT_BACKING_VMALLOC)
		entries += YT_BUFFER_PAGES - 1;
	sg_init_table(list, entries);
	for (i = 0; i < pieces->count; i++) {
		if (done == piece->len) {
			done = 0;
			piece++;
		}
		count += put_piece(buffer, list + count, piece->data + done,
				   pieces->lens[i]);
		done += pieces->lens[i];
	}
	sg_mark_end(&list[count - 1]);
}

static inline void copy_word(u8 *to, const u8 *from)
{
	put_unaligned(get_unaligned((const u64 *)from), (u64 *)to);
}

static void copy(u8 *to, const u8 *from, size_t len)
{
	for (; len >= 32; len -= 32, to += 32, from += 32) {
		copy_word(to, from);
		copy_word(to + 8, from + 8);
		copy_word(to + 16, from + 16);
		copy_word(to + 24, from + 24);
	}
	for (; len >= 8; len -= 8, to += 8, from += 8)
		copy_word(to, from);
	while (len--)
		*to++ = *from++;
}

/**
 * struct span - a walk over a range of the image
 * @piece: which piece
 * @data: the part of the range in it
 * @len: its length; 0 when the walk is over
 * @left: bytes of the range from @data on
 */
struct span {
	const struct yt_piece *piece;
	u8 *data;
	unsigned int len;
	unsigned int left;
};

static inline struct span first_span(const struct yt_buffer *buffer,
				     unsigned int offset, unsigned int len)
{
	struct span span = { .piece = buffer->pieces, .left = len };

	if (!len)
		return span;
	while (offset >= span.piece->len)
		offset -= (span.piece++)->len;
	span.data = span.piece->data + offset;
	span.len = min(len, span.piece->len - offset);
	return span;
}

static inline void next_span(struct span *span)
{
	span->left -= span->len;
	span->len = 0;
	if (!span->left)
		return;
	span->piece++;
	span->data = span->piece->data;
	span->len = min(span->left, span->piece->len);
}

void yt_buffer_write(struct yt_buffer *buffer, unsigned int offset,
		     const u8 *from, unsigned int len)
{
	struct span span = first_span(buffer, offset, len);

	for (; span.len; next_span(&span)) {
		copy(span.data, from, span.len);
		from += span.len;
	}
}

void yt_buffer_read(const struct yt_buffer *buffer, unsigned int offset,
		    u8 *to, unsigned int len)
{
	struct span span = first_span(buffer, offset, len);

	for (; span.len; next_span(&span)) {
		copy(to, span.data, span.len);
		to += span.len;
	}
}

void yt_buffer_poison(struct yt_buffer *buffer, unsigned int offset,
		      unsigned int len)
{
	struct span span = first_span(buffer, offset, len);

	for (; span.len; next_span(&span))
		yt_poison(span.data, span.len);
}

bool yt_buffer_same(const struct yt_buffer *buffer, unsigned int offset,
		    const u8 *expected, unsigned int len)
{
	struct span span = first_span(buffer, offset, len);
	bool same = true;

	for (; span.len; next_span(&span)) {
		same &= yt_same(expected, span.data, span.len);
		expected += span.len;
	}
	return same;
}

void yt_buffer_flip(struct yt_buffer *buffer, unsigned int offset, u8 mask)
{
	struct span span = first_span(buffer, offset, 1);

	*span.data ^= mask;
}

bool yt_buffer_compare(const struct yt_buffer *buffer,
		       struct yt_difference *difference, const u8 *expected,
		       unsigned int len, unsigned int text_offset,
		       unsigned int text_len)
{
	struct span span = first_span(buffer, 0, len);
	unsigned int offset = 0;

	memset(difference, 0, sizeof(*difference));
	for (; span.len; next_span(&span)) {
		yt_compare_part(difference, expected + offset, span.data,
				offset, span.len, text_offset, text_len);
		offset += span.len;
	}
	return difference->wrong_bytes != 0;
}

void yt_buffer_flush(const struct yt_buffer *buffer)
{
	unsigned int i;

	for (i = 0; i < buffer->count; i++)
		yt_flush_from_cache(buffer->pieces[i].data,
				    buffer->pieces[i].len);
}

bool yt_buffer_intact(const struct yt_buffer *buffer)
{
	const struct yt_piece *piece = buffer->pieces;
	bool intact = yt_guard_intact(piece->data - YT_GUARD);
	unsigned int i;

	for (i = 1; i < buffer->count; i++, piece++)
		intact &= gap_intact(piece_end(piece), piece[1].data);
	return intact && (yt_buffer_at_edge(buffer) || yt_guard_intact(piece_end(piece)));
}

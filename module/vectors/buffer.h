/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guarded memory for one image each, which may lie in pieces, and the
 * scatterlists that describe it. Bytes are named by their offset in the image.
 */
#ifndef CRYPTORTURE_VECTORS_BUFFER_H
#define CRYPTORTURE_VECTORS_BUFFER_H

#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include "evidence/compare.h"
#include "packet/layout.h"
#include "packet/vector.h"
#include "vectors/poison.h"

#define YT_BUFFER_PAGES		3
#define YT_SLAB_BYTES		8192
/* Pieces, and two more cuts where pages that are apart end. */
#define YT_MAX_ENTRIES		(YT_MAX_PIECES + YT_BUFFER_PAGES - 1)

/* Bits for the memory of a buffer. */
#define YT_BACKINGS_LEAN	BIT(YT_BACKING_PAGE)
#define YT_BACKINGS_SOURCE	(BIT(YT_BACKING_PAGE) | BIT(YT_BACKING_VMALLOC))
#define YT_BACKINGS_ALL		(BIT(YT_BACKINGS) - 1)
/* With these: nothing is mapped behind the pages, and images lie at their end. */
#define YT_BACKINGS_EDGE	BIT(YT_BACKINGS)

/* Sources end at an unmapped page. Set before the first operation, and not later. */
extern bool yt_buffer_over_reads;

/* The backings of a source that is apart from its destination. */
static inline u8 yt_buffer_source_backings(void)
{
	return YT_BACKINGS_SOURCE |
	       (yt_buffer_over_reads ? YT_BACKINGS_EDGE : 0);
}

/**
 * struct yt_piece - a piece of memory with guards around it
 * @data: where it begins
 * @len: bytes
 */
struct yt_piece {
	u8 *data;
	unsigned int len;
};

/**
 * struct yt_buffer - room for one image
 * @memory: by backing; NULL where it has none
 * @pages: of the memory from vmalloc
 * @edge: nothing is mapped behind the memory of YT_BACKING_PAGE
 * @backing: of the image now
 * @count: how many pieces
 * @pieces: where the image lies now
 * @list: for one side of an operation; may describe other memory
 */
struct yt_buffer {
	u8 *memory[YT_BACKINGS];
	struct page *pages[YT_BUFFER_PAGES];
	bool edge;
	enum yt_backing backing;
	unsigned int count;
	struct yt_piece pieces[YT_MAX_PIECES];
	struct scatterlist list[YT_MAX_ENTRIES];
};

/**
 * yt_buffer_alloc() - allocate the memory
 * @buffer: zeroed
 * @backings: bit n: from enum yt_backing n; pages always; YT_BACKINGS_EDGE
 *
 * Process context. Return: 0, or -ENOMEM, also where no page can be unmapped;
 * yt_buffer_free() is right after either.
 */
int yt_buffer_alloc(struct yt_buffer *buffer, u8 backings);
/* Process context. Idempotent. */
void yt_buffer_free(struct yt_buffer *buffer);
/* Swap the memory of two buffers with the same backings. Any context. */
void yt_buffer_swap(struct yt_buffer *one, struct yt_buffer *other);
/* Bits of the available backings. Any context. */
u8 yt_buffer_backings(const struct yt_buffer *buffer);
/* Bytes that a buffer with these backings holds, YT_BACKINGS_EDGE among them. */
size_t yt_buffer_memory(u8 backings);

/**
 * yt_buffer_place() - decide where the image lies, and put the guards
 * @buffer: the buffer
 * @side: backing, offset and, for one piece, page boundary
 * @pieces: the pieces, apart and with a guard before and after each; at most
 *	    YT_MAX_IMAGE bytes, and YT_MAX_SLAB_IMAGE from kmalloc
 *
 * Any context. The bytes of the image stay unchanged. At an edge the last piece
 * ends there, without a guard behind it, and @side says the offset of the others alone.
 */
void yt_buffer_place(struct yt_buffer *buffer, const struct yt_side *side,
		     const struct yt_pieces *pieces);

/**
 * yt_buffer_list() - describe the image, or as much as @pieces says
 * @buffer: placed
 * @list: where to, YT_MAX_ENTRIES
 * @pieces: cut at least where the memory is
 *
 * Any context.
 */
void yt_buffer_list(const struct yt_buffer *buffer, struct scatterlist *list,
		    const struct yt_pieces *pieces);

/*
 * Copy, fill with YT_POISON, compare, and change bits of one byte: from
 * @offset in the image on. Copies go by words: string instructions, which
 * memcpy() and memset() use, go byte by byte under emulation, and are no faster
 * on silicon for a packet. Any context.
 */
void yt_buffer_write(struct yt_buffer *buffer, unsigned int offset,
		     const u8 *from, unsigned int len);
void yt_buffer_read(const struct yt_buffer *buffer, unsigned int offset,
		    u8 *to, unsigned int len);
void yt_buffer_poison(struct yt_buffer *buffer, unsigned int offset,
		      unsigned int len);
bool yt_buffer_same(const struct yt_buffer *buffer, unsigned int offset,
		    const u8 *expected, unsigned int len);
void yt_buffer_flip(struct yt_buffer *buffer, unsigned int offset, u8 mask);

/* yt_compare() of the first @len bytes of the image. Any context. */
bool yt_buffer_compare(const struct yt_buffer *buffer,
		       struct yt_difference *difference, const u8 *expected,
		       unsigned int len, unsigned int text_offset,
		       unsigned int text_len);
/* Take the image out of the caches. Any context. */
void yt_buffer_flush(const struct yt_buffer *buffer);

/* Does the image end at an unmapped page? */
static inline bool yt_buffer_at_edge(const struct yt_buffer *buffer)
{
	return unlikely(buffer->edge) && buffer->backing == YT_BACKING_PAGE;
}

/* Are all bytes between and around the pieces unchanged? Any context. */
bool yt_buffer_intact(const struct yt_buffer *buffer);

#endif /* CRYPTORTURE_VECTORS_BUFFER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guarded memory for one image each, which may lie in pieces, and the
 * scatterlists that describe it. Bytes are named by their offset in the image.
 */
#ifndef CRYPTORTURE_EXERCISE_BUFFER_H
#define CRYPTORTURE_EXERCISE_BUFFER_H

#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include "evidence/compare.h"
#include "exercise/poison.h"
#include "packet/layout.h"
#include "packet/vector.h"

#define CT_BUFFER_PAGES		3
#define CT_SLAB_BYTES		8192
/* Pieces, and two more cuts where pages that are apart end. */
#define CT_MAX_ENTRIES		(CT_MAX_PIECES + CT_BUFFER_PAGES - 1)

/* Bits for the memory of a buffer. */
#define CT_BACKINGS_LEAN	BIT(CT_BACKING_PAGE)
#define CT_BACKINGS_SOURCE	(BIT(CT_BACKING_PAGE) | BIT(CT_BACKING_VMALLOC))
#define CT_BACKINGS_ALL		(BIT(CT_BACKINGS) - 1)
/* With these: nothing is mapped behind the pages, and images lie at their end. */
#define CT_BACKINGS_EDGE	BIT(CT_BACKINGS)

/**
 * struct ct_piece - a piece of memory with guards around it
 * @data: where it begins
 * @len: bytes
 */
struct ct_piece {
	u8 *data;
	unsigned int len;
};

/**
 * struct ct_buffer - room for one image
 * @memory: by backing; NULL where it has none
 * @pages: of the memory from vmalloc
 * @edge: nothing is mapped behind the memory of CT_BACKING_PAGE
 * @backing: of the image now
 * @count: how many pieces
 * @pieces: where the image lies now
 * @list: for one side of an operation; not always of this very memory
 */
struct ct_buffer {
	u8 *memory[CT_BACKINGS];
	struct page *pages[CT_BUFFER_PAGES];
	bool edge;
	enum ct_backing backing;
	unsigned int count;
	struct ct_piece pieces[CT_MAX_PIECES];
	struct scatterlist list[CT_MAX_ENTRIES];
};

/**
 * ct_buffer_alloc() - allocate the memory
 * @buffer: zeroed
 * @backings: bit n: from enum ct_backing n; pages always; CT_BACKINGS_EDGE
 *
 * Process context. Return: 0, or -ENOMEM, also where no page can be unmapped;
 * ct_buffer_free() is right after either.
 */
int ct_buffer_alloc(struct ct_buffer *buffer, u8 backings);
/* Process context. Idempotent. */
void ct_buffer_free(struct ct_buffer *buffer);
/* Exchange the memory of two that have the same backings. Any context. */
void ct_buffer_swap(struct ct_buffer *one, struct ct_buffer *other);
/* Bits of the backings that there are. Any context. */
u8 ct_buffer_backings(const struct ct_buffer *buffer);
/* Bytes that a buffer with these backings holds, CT_BACKINGS_EDGE among them. */
size_t ct_buffer_memory(u8 backings);

/**
 * ct_buffer_place() - decide where the image lies, and put the guards
 * @buffer: the buffer
 * @side: backing, offset and, for one piece, page boundary
 * @pieces: the pieces, apart and with a guard before and after each; at most
 *	    CT_MAX_IMAGE bytes, and CT_MAX_SLAB_IMAGE from kmalloc
 *
 * Any context. The bytes of the image are left as they were. At an edge the last piece
 * ends there, without a guard behind it, and @side says the offset of the others alone.
 */
void ct_buffer_place(struct ct_buffer *buffer, const struct ct_side *side,
		     const struct ct_pieces *pieces);

/**
 * ct_buffer_list() - describe the image, or as much as @pieces says
 * @buffer: placed
 * @list: where to, CT_MAX_ENTRIES
 * @pieces: cut at least where the memory is
 *
 * Any context.
 */
void ct_buffer_list(const struct ct_buffer *buffer, struct scatterlist *list,
		    const struct ct_pieces *pieces);

/*
 * Copy, fill with CT_POISON, compare, and change bits of one byte: from
 * @offset in the image on. Copies go by words: string instructions, which
 * memcpy() and memset() use, go byte by byte under emulation, and are no faster
 * on silicon for a packet. Any context.
 */
void ct_buffer_write(struct ct_buffer *buffer, unsigned int offset,
		     const u8 *from, unsigned int len);
void ct_buffer_read(const struct ct_buffer *buffer, unsigned int offset,
		    u8 *to, unsigned int len);
void ct_buffer_poison(struct ct_buffer *buffer, unsigned int offset,
		      unsigned int len);
bool ct_buffer_same(const struct ct_buffer *buffer, unsigned int offset,
		    const u8 *expected, unsigned int len);
void ct_buffer_flip(struct ct_buffer *buffer, unsigned int offset, u8 mask);

/* ct_compare() of the first @len bytes of the image. Any context. */
bool ct_buffer_compare(const struct ct_buffer *buffer,
		       struct ct_difference *difference, const u8 *expected,
		       unsigned int len, unsigned int text_offset,
		       unsigned int text_len);
/* Take the image out of the caches. Any context. */
void ct_buffer_flush(const struct ct_buffer *buffer);

/* Does the image end where nothing is mapped? */
static inline bool ct_buffer_at_edge(const struct ct_buffer *buffer)
{
	return unlikely(buffer->edge) && buffer->backing == CT_BACKING_PAGE;
}

/* Is everything between and around the pieces as it was put? Any context. */
bool ct_buffer_intact(const struct ct_buffer *buffer);

#endif /* CRYPTORTURE_EXERCISE_BUFFER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Guarded buffers for one image each, of pages that a device could reach. */
#ifndef CRYPTORTURE_EXERCISE_BUFFER_H
#define CRYPTORTURE_EXERCISE_BUFFER_H

#include <linux/types.h>

#include "evidence/compare.h"
#include "packet/vector.h"

/* A guard, an offset of up to 15, an image, a guard: three pages. */
#define CT_BUFFER_BYTES	PAGE_ALIGN(CT_GUARD + 16 + CT_MAX_IMAGE + CT_GUARD)
#define CT_POISON	0xdb

/**
 * struct ct_buffer - room for one image
 * @memory: CT_BUFFER_BYTES, page-aligned
 * @data: where the image lies now
 * @len: its length
 */
struct ct_buffer {
	u8 *memory;
	u8 *data;
	unsigned int len;
};

/* Process context. Return: 0, or -ENOMEM. */
int ct_buffer_alloc(struct ct_buffer *buffer);
void ct_buffer_free(struct ct_buffer *buffer);

/**
 * ct_buffer_place() - decide where the image lies, and put guards around it
 * @buffer: the buffer
 * @offset: 0 to 15
 * @len: at most CT_MAX_IMAGE
 *
 * Any context. Return: buffer->data, whose bytes are left as they were.
 */
u8 *ct_buffer_place(struct ct_buffer *buffer, unsigned int offset,
		    unsigned int len);

/*
 * Copy, or fill with CT_POISON. By words: string instructions, which memcpy()
 * and memset() use, go byte by byte under emulation, and are no faster on
 * silicon for a packet. Any context.
 */
void ct_copy(u8 *to, const u8 *from, size_t len);
void ct_poison(u8 *to, size_t len);

/* Are both guards as they were put? Any context. */
bool ct_buffer_intact(const struct ct_buffer *buffer);

#endif /* CRYPTORTURE_EXERCISE_BUFFER_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/mm.h>

#include "exercise/buffer.h"

int ct_buffer_alloc(struct ct_buffer *buffer)
{
	buffer->memory = alloc_pages_exact(CT_BUFFER_BYTES, GFP_KERNEL);
	return buffer->memory ? 0 : -ENOMEM;
}

void ct_buffer_free(struct ct_buffer *buffer)
{
	if (buffer->memory)
		free_pages_exact(buffer->memory, CT_BUFFER_BYTES);
	buffer->memory = NULL;
}

u8 *ct_buffer_place(struct ct_buffer *buffer, unsigned int offset,
		    unsigned int len)
{
	buffer->data = buffer->memory + CT_GUARD + offset;
	buffer->len = len;
	ct_guard_put(buffer->data - CT_GUARD);
	ct_guard_put(buffer->data + len);
	return buffer->data;
}

static inline void copy_word(u8 *to, const u8 *from)
{
	put_unaligned(get_unaligned((const u64 *)from), (u64 *)to);
}

void ct_copy(u8 *to, const u8 *from, size_t len)
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

void ct_poison(u8 *to, size_t len)
{
	const u64 word = CT_POISON * 0x0101010101010101ULL;

	for (; len >= 8; len -= 8, to += 8)
		put_unaligned(word, (u64 *)to);
	while (len--)
		*to++ = CT_POISON;
}

bool ct_buffer_intact(const struct ct_buffer *buffer)
{
	return ct_guard_intact(buffer->data - CT_GUARD) &&
	       ct_guard_intact(buffer->data + buffer->len);
}

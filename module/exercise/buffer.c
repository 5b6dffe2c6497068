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

bool ct_buffer_intact(const struct ct_buffer *buffer)
{
	return ct_guard_intact(buffer->data - CT_GUARD) &&
	       ct_guard_intact(buffer->data + buffer->len);
}

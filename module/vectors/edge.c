// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/uaccess.h>

#include "compat_page.h"
#include "vectors/edge.h"

/* Reads one byte, without an oops at an unmapped page. */
static bool is_mapped(const void *at)
{
	u8 byte;

	return !copy_from_kernel_nofault(&byte, at, sizeof(byte));
}

void *yt_edge_alloc(size_t bytes)
{
	u8 *memory = alloc_pages_exact(bytes + PAGE_SIZE, GFP_KERNEL);

	if (!memory)
		return NULL;
	if (yt_page_unmap(memory + bytes))
		goto free;
	if (is_mapped(memory + bytes) || !is_mapped(memory + bytes - 1))
		goto map;
	return memory;

map:
	yt_page_map(memory + bytes);
free:
	free_pages_exact(memory, bytes + PAGE_SIZE);
	return NULL;
}

void yt_edge_free(void *memory, size_t bytes)
{
	if (!memory)
		return;
	yt_page_map(memory + bytes);
	free_pages_exact(memory, bytes + PAGE_SIZE);
}

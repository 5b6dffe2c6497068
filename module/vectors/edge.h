/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory before an unmapped page: a read of one byte beyond its end causes a page
 * fault in the kernel. On x86-64 every page lies in the direct map, so a driver that
 * reads beyond its source is not detected otherwise. For throw-away machines.
 */
#ifndef CRYPTORTURE_VECTORS_EDGE_H
#define CRYPTORTURE_VECTORS_EDGE_H

#include <linux/types.h>

/**
 * yt_edge_alloc() - allocate memory, and unmap the page behind it
 * @bytes: whole pages
 *
 * Process context; may sleep. Return: the memory; NULL when there is none or the page
 * cannot be unmapped.
 */
void *yt_edge_alloc(size_t bytes);
/* Of yt_edge_alloc(); NULL does nothing. Process context; may sleep. */
void yt_edge_free(void *memory, size_t bytes);

#endif /* CRYPTORTURE_VECTORS_EDGE_H */

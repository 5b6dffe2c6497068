// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/minmax.h>

#include "vectors/exchange.h"

int yt_exchange_init(struct yt_exchange *exchange)
{
	spin_lock_init(&exchange->lock);
	if (yt_buffer_alloc(&exchange->source, yt_buffer_source_backings()) ||
	    yt_buffer_alloc(&exchange->destination, YT_BACKINGS_ALL) ||
	    yt_buffer_alloc(&exchange->lean, YT_BACKINGS_LEAN))
		return -ENOMEM;
	exchange->page = (u8 *)__get_free_page(GFP_KERNEL);
	return exchange->page ? 0 : -ENOMEM;
}

void yt_exchange_free(struct yt_exchange *exchange)
{
	yt_buffer_free(&exchange->source);
	yt_buffer_free(&exchange->destination);
	yt_buffer_free(&exchange->lean);
	free_page((unsigned long)exchange->page);
	exchange->page = NULL;
}

size_t yt_exchange_memory(void)
{
	return yt_buffer_memory(yt_buffer_source_backings()) +
	       yt_buffer_memory(YT_BACKINGS_ALL) +
	       yt_buffer_memory(YT_BACKINGS_LEAN) + PAGE_SIZE;
}

void yt_exchange_buffers(struct yt_exchange *exchange, bool lean,
			 struct yt_buffer *source,
			 struct yt_buffer *destination)
{
	unsigned long flags;

	if (!exchange->page || !spin_trylock_irqsave(&exchange->lock, flags))
		return;
	yt_buffer_swap(lean ? &exchange->lean : &exchange->source, source);
	yt_buffer_swap(lean ? &exchange->lean : &exchange->destination,
		       destination);
	spin_unlock_irqrestore(&exchange->lock, flags);
}

void yt_exchange_page(struct yt_exchange *exchange, u8 **pages,
		      unsigned int count)
{
	unsigned long flags;

	if (!exchange->page || !spin_trylock_irqsave(&exchange->lock, flags))
		return;
	swap(exchange->page, pages[exchange->turn]);
	exchange->turn = (exchange->turn + 1) % count;
	spin_unlock_irqrestore(&exchange->lock, flags);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/minmax.h>

#include "chain/chain.h"
#include "op/operation.h"
#include "vectors/exchange.h"

int yt_exchange_init(struct yt_exchange *exchange)
{
	spin_lock_init(&exchange->lock);
	if (yt_buffer_alloc(&exchange->source, yt_operation_source()) ||
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
	return yt_buffer_memory(yt_operation_source()) +
	       yt_buffer_memory(YT_BACKINGS_ALL) +
	       yt_buffer_memory(YT_BACKINGS_LEAN) + PAGE_SIZE;
}

void yt_exchange_operation(struct yt_exchange *exchange,
			   struct yt_operation *op)
{
	unsigned long flags;

	if (!exchange->page || !spin_trylock_irqsave(&exchange->lock, flags))
		return;
	if (op->lean) {
		yt_buffer_swap(&exchange->lean, &op->source);
		yt_buffer_swap(&exchange->lean, &op->destination);
	} else {
		yt_buffer_swap(&exchange->source, &op->source);
		yt_buffer_swap(&exchange->destination, &op->destination);
	}
	spin_unlock_irqrestore(&exchange->lock, flags);
}

void yt_exchange_chain(struct yt_exchange *exchange, struct yt_chain *chain)
{
	unsigned long flags;

	if (!exchange->page || !spin_trylock_irqsave(&exchange->lock, flags))
		return;
	swap(exchange->page, chain->pages[exchange->turn]);
	exchange->turn = (exchange->turn + 1) % YT_CHAIN_IMAGES;
	spin_unlock_irqrestore(&exchange->lock, flags);
}

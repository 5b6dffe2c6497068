// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/minmax.h>

#include "exercise/chain.h"
#include "exercise/exchange.h"
#include "exercise/operation.h"

int ct_exchange_init(struct ct_exchange *exchange)
{
	spin_lock_init(&exchange->lock);
	if (ct_buffer_alloc(&exchange->source, ct_operation_source()) ||
	    ct_buffer_alloc(&exchange->destination, CT_BACKINGS_ALL) ||
	    ct_buffer_alloc(&exchange->lean, CT_BACKINGS_LEAN))
		return -ENOMEM;
	exchange->page = (u8 *)__get_free_page(GFP_KERNEL);
	return exchange->page ? 0 : -ENOMEM;
}

void ct_exchange_free(struct ct_exchange *exchange)
{
	ct_buffer_free(&exchange->source);
	ct_buffer_free(&exchange->destination);
	ct_buffer_free(&exchange->lean);
	free_page((unsigned long)exchange->page);
	exchange->page = NULL;
}

size_t ct_exchange_memory(void)
{
	return ct_buffer_memory(ct_operation_source()) +
	       ct_buffer_memory(CT_BACKINGS_ALL) +
	       ct_buffer_memory(CT_BACKINGS_LEAN) + PAGE_SIZE;
}

void ct_exchange_operation(struct ct_exchange *exchange,
			   struct ct_operation *op)
{
	unsigned long flags;

	if (!exchange->page || !spin_trylock_irqsave(&exchange->lock, flags))
		return;
	if (op->lean) {
		ct_buffer_swap(&exchange->lean, &op->source);
		ct_buffer_swap(&exchange->lean, &op->destination);
	} else {
		ct_buffer_swap(&exchange->source, &op->source);
		ct_buffer_swap(&exchange->destination, &op->destination);
	}
	spin_unlock_irqrestore(&exchange->lock, flags);
}

void ct_exchange_chain(struct ct_exchange *exchange, struct ct_chain *chain)
{
	unsigned long flags;

	if (!exchange->page || !spin_trylock_irqsave(&exchange->lock, flags))
		return;
	swap(exchange->page, chain->pages[exchange->turn]);
	exchange->turn = (exchange->turn + 1) % CT_CHAIN_IMAGES;
	spin_unlock_irqrestore(&exchange->lock, flags);
}

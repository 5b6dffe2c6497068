/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exchange of buffers between CPUs. If a buffer were used on one CPU only, a bad page would
 * look like a bad CPU. So there is a spare buffer of each kind, and CPUs without an
 * operation in flight swap theirs with it now and then.
 */
#ifndef CRYPTORTURE_VECTORS_EXCHANGE_H
#define CRYPTORTURE_VECTORS_EXCHANGE_H

#include <linux/spinlock.h>

#include "vectors/buffer.h"

/* One operation or batch in so many: all CPUs share a lock. */
#define YT_EXCHANGE_EVERY	16

/**
 * struct yt_exchange - the spare memory of a run
 * @lock: of all below; only ever tried, in any context
 * @source: as the source of an operation that is not lean
 * @destination: as its destination
 * @lean: as either, of one that is lean
 * @page: as those of a chain
 * @turn: whose turn it is among a chain's pages
 */
struct yt_exchange {
	spinlock_t lock;	/* see above */
	struct yt_buffer source;
	struct yt_buffer destination;
	struct yt_buffer lean;
	u8 *page;
	unsigned int turn;
};

/**
 * yt_exchange_init() - allocate the spare memory
 * @exchange: zeroed
 *
 * Process context. Return: 0, or -ENOMEM; yt_exchange_free() is right after either.
 */
int yt_exchange_init(struct yt_exchange *exchange);
/* It is not in use any more. Idempotent; process context. */
void yt_exchange_free(struct yt_exchange *exchange);
size_t yt_exchange_memory(void);

/**
 * yt_exchange_buffers() - swap memory with the spare, unless another CPU is doing so
 * @exchange: of the run; of one that was not initialised nothing is taken
 * @lean: the buffers have memory from pages alone
 * @source: of an operation that is not in flight, and that is not chained
 * @destination: of the same
 *
 * Any context; takes a lock that it does not wait for.
 */
void yt_exchange_buffers(struct yt_exchange *exchange, bool lean,
			 struct yt_buffer *source,
			 struct yt_buffer *destination);

/* The same for one of the @count pages of an idle chain. */
void yt_exchange_page(struct yt_exchange *exchange, u8 **pages,
		      unsigned int count);

#endif /* CRYPTORTURE_VECTORS_EXCHANGE_H */

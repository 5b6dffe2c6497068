/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that wanders. Were a buffer always used on the same CPU, one bad page would
 * look like one bad CPU. So there is a spare one of each kind, and whoever has nothing
 * under way takes it now and then, and leaves his own.
 */
#ifndef CRYPTORTURE_VECTORS_EXCHANGE_H
#define CRYPTORTURE_VECTORS_EXCHANGE_H

#include <linux/spinlock.h>

#include "vectors/buffer.h"

/* One operation or batch in so many: all CPUs share a lock. */
#define YT_EXCHANGE_EVERY	16

struct yt_chain;
struct yt_operation;

/**
 * struct yt_exchange - the spare memory of a run
 * @lock: of all below; only ever tried, in whatever context
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
/* Nobody uses it any more. Idempotent; process context. */
void yt_exchange_free(struct yt_exchange *exchange);
size_t yt_exchange_memory(void);

/*
 * Take the spare memory for the own, unless somebody else is about to: for an operation
 * that no driver has, not linked; for one page of a chain that is not under way. Of
 * an @exchange that was not initialised nothing is taken. Any context; takes a lock that
 * it does not wait for.
 */
void yt_exchange_operation(struct yt_exchange *exchange,
			   struct yt_operation *op);
void yt_exchange_chain(struct yt_exchange *exchange, struct yt_chain *chain);

#endif /* CRYPTORTURE_VECTORS_EXCHANGE_H */

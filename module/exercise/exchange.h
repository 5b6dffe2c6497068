/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that wanders. Were a buffer always used on the same CPU, one bad page would
 * look like one bad CPU. So there is a spare one of each kind, and whoever has nothing
 * under way takes it now and then, and leaves his own.
 */
#ifndef CRYPTORTURE_EXERCISE_EXCHANGE_H
#define CRYPTORTURE_EXERCISE_EXCHANGE_H

#include <linux/spinlock.h>

#include "exercise/buffer.h"

/* One operation or batch in so many: all CPUs share a lock. */
#define CT_EXCHANGE_EVERY	16

struct ct_chain;
struct ct_operation;

/**
 * struct ct_exchange - the spare memory of a run
 * @lock: of all below; only ever tried, in whatever context
 * @source: as the source of an operation that is not lean
 * @destination: as its destination
 * @lean: as either, of one that is lean
 * @page: as those of a chain
 * @turn: whose turn it is among a chain's pages
 */
struct ct_exchange {
	spinlock_t lock;	/* see above */
	struct ct_buffer source;
	struct ct_buffer destination;
	struct ct_buffer lean;
	u8 *page;
	unsigned int turn;
};

/**
 * ct_exchange_init() - allocate the spare memory
 * @exchange: zeroed
 *
 * Process context. Return: 0, or -ENOMEM; ct_exchange_free() is right after either.
 */
int ct_exchange_init(struct ct_exchange *exchange);
/* Nobody uses it any more. Idempotent; process context. */
void ct_exchange_free(struct ct_exchange *exchange);
size_t ct_exchange_memory(void);

/*
 * Take the spare memory for the own, unless somebody else is about to: for an operation
 * that no driver has, not linked; for one page of a chain that is not under way. Of
 * an @exchange that was not initialised nothing is taken. Any context; takes a lock that
 * it does not wait for.
 */
void ct_exchange_operation(struct ct_exchange *exchange,
			   struct ct_operation *op);
void ct_exchange_chain(struct ct_exchange *exchange, struct ct_chain *chain);

#endif /* CRYPTORTURE_EXERCISE_EXCHANGE_H */

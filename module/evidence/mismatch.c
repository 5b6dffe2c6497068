// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "evidence/mismatch.h"

static_assert(CT_BITMAP == CT_BLOCKS_MAX);

size_t ct_mismatch_ring_memory(void)
{
	return CT_RING_SIZE * sizeof(struct ct_mismatch);
}

int ct_mismatch_ring_init(struct ct_mismatch_ring *ring)
{
	spin_lock_init(&ring->lock);
	ring->slots = kvcalloc(CT_RING_SIZE, sizeof(*ring->slots), GFP_KERNEL);
	return ring->slots ? 0 : -ENOMEM;
}

void ct_mismatch_ring_free(struct ct_mismatch_ring *ring)
{
	kvfree(ring->slots);
	ring->slots = NULL;
}

void ct_mismatch_ring_clear(struct ct_mismatch_ring *ring)
{
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	ring->records = 0;
	ring->unrecorded = 0;
	ring->second = 0;
	ring->in_second = 0;
	spin_unlock_irqrestore(&ring->lock, flags);
}

/* May one more record be made in this second? */
static bool within_rate(struct ct_mismatch_ring *ring)
{
	u64 second = ktime_get_seconds();

	if (ring->second != second) {
		ring->second = second;
		ring->in_second = 0;
	}
	return ring->in_second++ < CT_RECORDS_PER_SECOND;
}

u64 ct_mismatch_add(struct ct_mismatch_ring *ring,
		    void (*fill)(struct ct_mismatch *record, void *data),
		    void *data)
{
	struct ct_mismatch *record;
	void (*notify)(void);
	unsigned long flags;
	u64 number = 0;

	spin_lock_irqsave(&ring->lock, flags);
	if (within_rate(ring)) {
		record = &ring->slots[ring->records % CT_RING_SIZE];
		memset(record, 0, sizeof(*record));
		number = ++ring->records;
		record->number = number;
		record->time = ktime_get_real_ns();
		fill(record, data);
	} else {
		ring->unrecorded++;
	}
	spin_unlock_irqrestore(&ring->lock, flags);
	notify = READ_ONCE(ring->notify);
	if (number && notify)
		notify();
	return number;
}

int ct_mismatch_copy(struct ct_mismatch_ring *ring, u64 number,
		     struct ct_mismatch *copy)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&ring->lock, flags);
	if (!number || number > ring->records)
		err = -ENOENT;
	else if (ring->records - number >= CT_RING_SIZE)
		err = -ESTALE;
	else
		*copy = ring->slots[(number - 1) % CT_RING_SIZE];
	spin_unlock_irqrestore(&ring->lock, flags);
	return err;
}

void ct_mismatch_count(struct ct_mismatch_ring *ring, u64 *records,
		       u64 *overwritten, u64 *unrecorded)
{
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	*records = ring->records;
	*overwritten = ring->records > CT_RING_SIZE ?
		       ring->records - CT_RING_SIZE : 0;
	*unrecorded = ring->unrecorded;
	spin_unlock_irqrestore(&ring->lock, flags);
}

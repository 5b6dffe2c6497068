// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "evidence/mismatch.h"

static_assert(YT_BITMAP == CRYPTORTURE_BLOCKS_MAX);

size_t yt_mismatch_ring_memory(void)
{
	return (CRYPTORTURE_RING_SIZE + CRYPTORTURE_KEPT_SIZE) * sizeof(struct yt_mismatch) +
	       num_possible_cpus() * sizeof(u64);
}

int yt_mismatch_ring_init(struct yt_mismatch_ring *ring)
{
	spin_lock_init(&ring->lock);
	ring->slots = kvcalloc(CRYPTORTURE_RING_SIZE + CRYPTORTURE_KEPT_SIZE,
			       sizeof(*ring->slots), GFP_KERNEL);
	ring->unrecorded = alloc_percpu(u64);
	if (!ring->slots || !ring->unrecorded) {
		yt_mismatch_ring_free(ring);
		return -ENOMEM;
	}
	ring->kept = ring->slots + CRYPTORTURE_RING_SIZE;
	return 0;
}

void yt_mismatch_ring_free(struct yt_mismatch_ring *ring)
{
	kvfree(ring->slots);
	free_percpu(ring->unrecorded);
	ring->slots = NULL;
	ring->kept = NULL;
	ring->unrecorded = NULL;
}

/* Has this second had all of its records? Without the lock: one more is harmless. */
static bool is_flood(const struct yt_mismatch_ring *ring)
{
	return READ_ONCE(ring->in_second) >= YT_RECORDS_PER_SECOND &&
	       READ_ONCE(ring->second) == (u64)ktime_get_seconds();
}

/* Under the lock: count one more in this second. */
static void count_second(struct yt_mismatch_ring *ring)
{
	u64 second = ktime_get_seconds();

	if (ring->second != second) {
		WRITE_ONCE(ring->in_second, 0);
		WRITE_ONCE(ring->second, second);
	}
	WRITE_ONCE(ring->in_second, ring->in_second + 1);
}

u64 yt_mismatch_add(struct yt_mismatch_ring *ring,
		    void (*fill)(struct yt_mismatch *record, void *data),
		    void *data, bool first)
{
	struct yt_mismatch *record;
	void (*notify)(void);
	unsigned long flags;
	u64 number;

	if (!first && is_flood(ring)) {
		this_cpu_inc(*ring->unrecorded);
		return 0;
	}
	spin_lock_irqsave(&ring->lock, flags);
	count_second(ring);
	record = &ring->slots[ring->records % CRYPTORTURE_RING_SIZE];
	memset(record, 0, sizeof(*record));
	number = ++ring->records;
	record->number = number;
	record->time = ktime_get_real_ns();
	fill(record, data);
	if (record->replay.state == CRYPTORTURE_REPLAY_STATE_PENDING &&
	    ring->kept_count < CRYPTORTURE_KEPT_SIZE)
		ring->kept[ring->kept_count++] = *record;
	spin_unlock_irqrestore(&ring->lock, flags);
	notify = READ_ONCE(ring->notify);
	if (notify)
		notify();
	return number;
}

/* Under the lock. Return: the record, or NULL when it was overwritten. */
static struct yt_mismatch *in_ring(struct yt_mismatch_ring *ring, u64 number)
{
	if (!number || number > ring->records ||
	    ring->records - number >= CRYPTORTURE_RING_SIZE)
		return NULL;
	return &ring->slots[(number - 1) % CRYPTORTURE_RING_SIZE];
}

/* Under the lock. Return: the first kept record from @number on, or NULL. */
static struct yt_mismatch *kept_from(struct yt_mismatch_ring *ring, u64 number)
{
	unsigned int i;

	for (i = 0; i < ring->kept_count; i++)
		if (ring->kept[i].number >= number)
			return &ring->kept[i];
	return NULL;
}

void yt_mismatch_set_replay(struct yt_mismatch_ring *ring, u64 number,
			    const struct yt_outcomes *replay)
{
	struct yt_mismatch *record;
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	record = in_ring(ring, number);
	if (record)
		record->replay = *replay;
	record = kept_from(ring, number);
	if (record && record->number == number)
		record->replay = *replay;
	spin_unlock_irqrestore(&ring->lock, flags);
}

int yt_mismatch_copy(struct yt_mismatch_ring *ring, u64 number,
		     struct yt_mismatch *copy)
{
	const struct yt_mismatch *record;
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&ring->lock, flags);
	record = in_ring(ring, number);
	if (!record && number) {
		record = kept_from(ring, number);
		if (record && record->number != number)
			record = NULL;
	}
	if (record)
		*copy = *record;
	else
		err = number && number <= ring->records ? -ESTALE : -ENOENT;
	spin_unlock_irqrestore(&ring->lock, flags);
	return err;
}

/* Under the lock. */
static u64 first_in_ring(const struct yt_mismatch_ring *ring)
{
	return ring->records > CRYPTORTURE_RING_SIZE ?
	       ring->records - CRYPTORTURE_RING_SIZE + 1 : 1;
}

/* Under the lock; as yt_mismatch_next(). */
static u64 next_from(struct yt_mismatch_ring *ring, u64 number)
{
	const struct yt_mismatch *kept = kept_from(ring, number);
	u64 next = min(max(number, first_in_ring(ring)), ring->records + 1);

	return kept && kept->number < next ? kept->number : next;
}

u64 yt_mismatch_next(struct yt_mismatch_ring *ring, u64 number)
{
	unsigned long flags;
	u64 next;

	spin_lock_irqsave(&ring->lock, flags);
	next = next_from(ring, number);
	spin_unlock_irqrestore(&ring->lock, flags);
	return next;
}

bool yt_mismatch_follow(struct yt_mismatch_ring *ring, u64 *place,
			struct yt_mismatch *copy)
{
	const struct yt_mismatch *record;
	unsigned long flags;
	u64 number;

	spin_lock_irqsave(&ring->lock, flags);
	number = next_from(ring, *place + 1);
	record = in_ring(ring, number);
	if (!record && number <= ring->records)
		record = kept_from(ring, number);
	if (record) {
		*copy = *record;
		*place = number;
	}
	spin_unlock_irqrestore(&ring->lock, flags);
	return record;
}

void yt_mismatch_count(struct yt_mismatch_ring *ring, u64 *records,
		       u64 *overwritten, u64 *unrecorded)
{
	unsigned long flags;
	unsigned int cpu, i;
	u64 sum = 0;

	spin_lock_irqsave(&ring->lock, flags);
	*records = ring->records;
	*overwritten = first_in_ring(ring) - 1;
	for (i = 0; i < ring->kept_count; i++)
		if (ring->kept[i].number < first_in_ring(ring))
			--*overwritten;
	spin_unlock_irqrestore(&ring->lock, flags);
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(ring->unrecorded, cpu));
	*unrecorded = sum;
}

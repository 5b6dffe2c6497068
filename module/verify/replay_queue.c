// SPDX-License-Identifier: GPL-2.0-only
#include "cpu/cpu.h"
#include "verify/replay_queue.h"

/* Mismatches that are run again of one kind. */
#define PER_KIND	4
/* When so many have been taken, the rest is reserved for new kinds. */
#define PLENTY		(CRYPTORTURE_KEPT_SIZE / 2)

/* Its entry, or else an unused one, or NULL: there is room for CRYPTORTURE_KEPT_SIZE. */
static struct yt_replay_kind *find_kind(struct yt_replay_queue *queue,
					const struct yt_operation *op, u32 what)
{
	struct yt_replay_kind *unused = NULL, *kind;

	for (kind = queue->kinds; kind < queue->kinds + CRYPTORTURE_KEPT_SIZE; kind++)
		if (!kind->taken)
			unused = unused ?: kind;
		else if (kind->driver == op->driver && kind->what == what &&
			 kind->direction == op->direction)
			return kind;
	/* Others read without the lock whether it is unused. */
	if (unused) {
		unused->driver = op->driver;
		unused->direction = op->direction;
		unused->what = what;
	}
	return unused;
}

static struct yt_replay_slot *free_slot(struct yt_replay_queue *queue)
{
	unsigned int i;

	for (i = 0; i < YT_REPLAY_SLOTS; i++)
		if (queue->slots[i].state == YT_REPLAY_SLOT_FREE)
			return &queue->slots[i];
	return NULL;
}

/* Under the lock. */
static struct yt_replay_slot *take(struct yt_replay_queue *queue,
				   const struct yt_operation *op, u32 what,
				   enum cryptorture_replay_state *state)
{
	struct yt_replay_slot *slot;
	struct yt_replay_kind *kind;

	*state = CRYPTORTURE_REPLAY_STATE_ENDING;
	if (queue->closed)
		return NULL;
	*state = CRYPTORTURE_REPLAY_STATE_ENOUGH;
	kind = find_kind(queue, op, what);
	if (!kind || queue->taken == CRYPTORTURE_KEPT_SIZE ||
	    kind->taken >= (queue->taken < PLENTY ? PER_KIND : 1))
		return NULL;
	*state = CRYPTORTURE_REPLAY_STATE_BUSY;
	slot = free_slot(queue);
	/* The slot of a lost request still holds its test SA. */
	if (!slot || queue->stuck)
		return NULL;
	*state = CRYPTORTURE_REPLAY_STATE_PENDING;
	/* Pairs with had_its_share(). */
	smp_store_release(&kind->taken, kind->taken + 1);
	queue->taken++;
	slot->state = YT_REPLAY_SLOT_TAKEN;
	return slot;
}

/* In a flood nearly all kinds have: then no CPU waits for another. */
static bool had_its_share(struct yt_replay_queue *queue,
			  const struct yt_operation *op, u32 what)
{
	const struct yt_replay_kind *kind;

	for (kind = queue->kinds; kind < queue->kinds + CRYPTORTURE_KEPT_SIZE; kind++)
		/* Pairs with take(): the entry's key was set before, and does not change. */
		if (smp_load_acquire(&kind->taken) >= PER_KIND &&
		    kind->driver == op->driver && kind->what == what &&
		    kind->direction == op->direction)
			return true;
	return false;
}

struct yt_replay_slot *yt_replay_take(const struct yt_operation *op, u32 what,
				      enum cryptorture_replay_state *state)
{
	struct yt_replay_queue *queue = op->cpu->exercise->replays;
	struct yt_replay_slot *slot;
	unsigned long flags;

	*state = CRYPTORTURE_REPLAY_STATE_NONE;
	/* A request in flight must not be treated as complete. */
	if (!queue || what & BIT(CRYPTORTURE_WHAT_STUCK))
		return NULL;
	*state = CRYPTORTURE_REPLAY_STATE_ENOUGH;
	if (had_its_share(queue, op, what))
		return NULL;
	spin_lock_irqsave(&queue->lock, flags);
	slot = take(queue, op, what, state);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (!slot)
		return NULL;
	yt_pool_share(&slot->reader, op->reader.test_sa);
	slot->packet = (struct yt_replay_case){
		.test_sa = op->reader.test_sa,
		.transform = op->transform,
		.vector = op->vector,
		.driver = op->driver,
		.direction = op->direction,
		.layout = op->layout,
		.context = op->context,
		.cpu = op->cpu_before,
	};
	return slot;
}

static void set_free(struct yt_replay_queue *queue, struct yt_replay_slot *slot)
{
	/* The driver still reads from it. */
	if (!queue->stuck)
		yt_pool_put(&slot->reader);
	slot->state = YT_REPLAY_SLOT_FREE;
}

void yt_replay_put(struct yt_exercise *exercise, struct yt_replay_slot *slot,
		   u64 number)
{
	static const struct yt_outcomes ending = {
		.state = CRYPTORTURE_REPLAY_STATE_ENDING,
	};
	struct yt_replay_queue *queue = exercise->replays;
	unsigned long flags;
	bool gone;

	spin_lock_irqsave(&queue->lock, flags);
	gone = queue->gone;
	slot->number = number;
	slot->state = YT_REPLAY_SLOT_WAITS;
	if (gone)
		set_free(queue, slot);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (gone)
		yt_mismatch_set_replay(exercise->ring, number, &ending);
	wake_up_all(&queue->changed);
}

void yt_replay_drop(struct yt_replay_queue *queue, struct yt_replay_slot *slot,
		    bool stuck)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	queue->stuck |= stuck;
	set_free(queue, slot);
	spin_unlock_irqrestore(&queue->lock, flags);
	wake_up_all(&queue->changed);
}

struct yt_replay_slot *yt_replay_waiting(struct yt_replay_queue *queue)
{
	struct yt_replay_slot *oldest = NULL;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&queue->lock, flags);
	for (i = 0; i < YT_REPLAY_SLOTS; i++) {
		struct yt_replay_slot *slot = &queue->slots[i];

		if (slot->state == YT_REPLAY_SLOT_WAITS &&
		    (!oldest || slot->number < oldest->number))
			oldest = slot;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	return oldest;
}

bool yt_replay_all_free(struct yt_replay_queue *queue)
{
	unsigned long flags;
	bool all = true;
	unsigned int i;

	spin_lock_irqsave(&queue->lock, flags);
	for (i = 0; i < YT_REPLAY_SLOTS; i++)
		all &= queue->slots[i].state == YT_REPLAY_SLOT_FREE;
	spin_unlock_irqrestore(&queue->lock, flags);
	return all;
}

void yt_replay_queue_close(struct yt_replay_queue *queue)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	queue->closed = true;
	spin_unlock_irqrestore(&queue->lock, flags);
}

void yt_replay_queue_gone(struct yt_replay_queue *queue)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	queue->gone = true;
	spin_unlock_irqrestore(&queue->lock, flags);
}

void yt_replay_queue_init(struct yt_replay_queue *queue, struct yt_pool *pool)
{
	unsigned int i;

	spin_lock_init(&queue->lock);
	init_waitqueue_head(&queue->changed);
	/* Behind all others: see yt_pool_share(). */
	for (i = 0; i < YT_REPLAY_SLOTS; i++)
		yt_pool_add_reader(pool, &queue->slots[i].reader);
}

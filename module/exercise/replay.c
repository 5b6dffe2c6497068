// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/wait.h>

#include "exercise/replay.h"
#include "exercise/way.h"

/* Mismatches that can wait at a time, and that are run again of one kind. */
#define SLOTS		8
#define PER_KIND	4
/* When so many have been taken, the rest is reserved for new kinds. */
#define PLENTY		(CT_KEPT_SIZE / 2)
#define FINISH_SECONDS	5

enum slot_state {
	SLOT_FREE,
	SLOT_TAKEN,		/* its record is being made */
	SLOT_WAITS,
};

/**
 * struct yt_replay_slot - a mismatch to be run again
 * @state: under the lock
 * @number: of its record
 * @reader: holds its bundle
 * @of: what is run
 */
struct yt_replay_slot {
	enum slot_state state;
	u64 number;
	struct yt_pool_reader reader;
	struct yt_case of;
};

/* Mismatches that are alike, and how many of them were taken. */
struct kind {
	unsigned int driver;
	enum yt_direction direction;
	u32 what;
	unsigned int taken;
};

/**
 * struct yt_replay - the replays of a run
 * @exercise: the run
 * @lock: of @slots' states, @kinds, @taken, @closed and @gone; a kind that has had
 *	  its share is read without
 * @slots: those that wait
 * @kinds: those that have one taken, and unused entries
 * @taken: of all kinds
 * @closed: no more are taken
 * @gone: there is no thread any more
 * @changed: a slot was taken or freed
 * @thread: does the work, one slot after the other
 * @ways: its context
 */
struct yt_replay {
	struct yt_exercise *exercise;
	spinlock_t lock;	/* see above */
	struct yt_replay_slot slots[SLOTS];
	struct kind kinds[CT_KEPT_SIZE];
	unsigned int taken;
	bool closed;
	bool gone;
	wait_queue_head_t changed;
	struct task_struct *thread;
	struct yt_ways ways;
};

/* Its entry, or else an unused one, or NULL: there is room for CT_KEPT_SIZE. */
static struct kind *find_kind(struct yt_replay *replay,
			      const struct yt_operation *op, u32 what)
{
	struct kind *unused = NULL, *kind;

	for (kind = replay->kinds; kind < replay->kinds + CT_KEPT_SIZE; kind++)
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

static struct yt_replay_slot *free_slot(struct yt_replay *replay)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		if (replay->slots[i].state == SLOT_FREE)
			return &replay->slots[i];
	return NULL;
}

/* Under the lock. */
static struct yt_replay_slot *take(struct yt_replay *replay,
				   const struct yt_operation *op, u32 what,
				   enum yt_replay_state *state)
{
	struct yt_replay_slot *slot;
	struct kind *kind;

	*state = CT_REPLAY_STATE_ENDING;
	if (replay->closed)
		return NULL;
	*state = CT_REPLAY_STATE_ENOUGH;
	kind = find_kind(replay, op, what);
	if (!kind || replay->taken == CT_KEPT_SIZE ||
	    kind->taken >= (replay->taken < PLENTY ? PER_KIND : 1))
		return NULL;
	*state = CT_REPLAY_STATE_BUSY;
	slot = free_slot(replay);
	/* The slot of a lost request still holds its bundle. */
	if (!slot || replay->ways.attempt.op.in_flight)
		return NULL;
	*state = CT_REPLAY_STATE_PENDING;
	/* Pairs with had_its_share(). */
	smp_store_release(&kind->taken, kind->taken + 1);
	replay->taken++;
	slot->state = SLOT_TAKEN;
	return slot;
}

/* In a flood nearly all kinds have: then no CPU waits for another. */
static bool had_its_share(struct yt_replay *replay,
			  const struct yt_operation *op, u32 what)
{
	const struct kind *kind;

	for (kind = replay->kinds; kind < replay->kinds + CT_KEPT_SIZE; kind++)
		/* Pairs with take(): the entry's key was set before, and does not change. */
		if (smp_load_acquire(&kind->taken) >= PER_KIND &&
		    kind->driver == op->driver && kind->what == what &&
		    kind->direction == op->direction)
			return true;
	return false;
}

struct yt_replay_slot *yt_replay_take(const struct yt_operation *op, u32 what,
				      enum yt_replay_state *state)
{
	struct yt_replay *replay = op->cpu->exercise->replay;
	struct yt_replay_slot *slot;
	unsigned long flags;

	*state = CT_REPLAY_STATE_NONE;
	/* A request in flight must not be treated as complete. */
	if (!replay || what & BIT(CT_WHAT_STUCK))
		return NULL;
	*state = CT_REPLAY_STATE_ENOUGH;
	if (had_its_share(replay, op, what))
		return NULL;
	spin_lock_irqsave(&replay->lock, flags);
	slot = take(replay, op, what, state);
	spin_unlock_irqrestore(&replay->lock, flags);
	if (!slot)
		return NULL;
	yt_pool_share(&slot->reader, op->reader.bundle);
	slot->of = (struct yt_case){
		.bundle = op->reader.bundle,
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

static void set_free(struct yt_replay *replay, struct yt_replay_slot *slot)
{
	/* The driver still reads from it. */
	if (!replay->ways.attempt.op.in_flight)
		yt_pool_put(&slot->reader);
	slot->state = SLOT_FREE;
}

void yt_replay_queue(struct yt_exercise *exercise, struct yt_replay_slot *slot,
		     u64 number)
{
	static const struct yt_outcomes ending = {
		.state = CT_REPLAY_STATE_ENDING,
	};
	struct yt_replay *replay = exercise->replay;
	unsigned long flags;
	bool gone;

	spin_lock_irqsave(&replay->lock, flags);
	gone = replay->gone;
	slot->number = number;
	slot->state = SLOT_WAITS;
	if (gone)
		set_free(replay, slot);
	spin_unlock_irqrestore(&replay->lock, flags);
	if (gone)
		yt_mismatch_set_replay(exercise->ring, number, &ending);
	wake_up_all(&replay->changed);
}

static void conclude(struct yt_replay *replay, struct yt_replay_slot *slot,
		     enum yt_replay_state state)
{
	unsigned long flags;

	/* A part of the outcomes would mislead. */
	if (state != CT_REPLAY_STATE_DONE)
		memset(&replay->ways.outcomes, 0, sizeof(replay->ways.outcomes));
	replay->ways.outcomes.state = state;
	yt_mismatch_set_replay(replay->exercise->ring, slot->number,
			       &replay->ways.outcomes);
	spin_lock_irqsave(&replay->lock, flags);
	set_free(replay, slot);
	spin_unlock_irqrestore(&replay->lock, flags);
	wake_up_all(&replay->changed);
}

static void do_slot(struct yt_replay *replay, struct yt_replay_slot *slot)
{
	/* A request that is left in flight is never used again. */
	if (replay->ways.attempt.op.in_flight) {
		conclude(replay, slot, CT_REPLAY_STATE_BUSY);
		return;
	}
	yt_ways_run(&replay->ways, &slot->of);
	conclude(replay, slot, kthread_should_stop() ? CT_REPLAY_STATE_ENDING :
						       CT_REPLAY_STATE_DONE);
}

/* The oldest one that is queued, or NULL. */
static struct yt_replay_slot *waiting(struct yt_replay *replay)
{
	struct yt_replay_slot *oldest = NULL;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&replay->lock, flags);
	for (i = 0; i < SLOTS; i++) {
		struct yt_replay_slot *slot = &replay->slots[i];

		if (slot->state == SLOT_WAITS &&
		    (!oldest || slot->number < oldest->number))
			oldest = slot;
	}
	spin_unlock_irqrestore(&replay->lock, flags);
	return oldest;
}

static int work(void *data)
{
	struct yt_replay *replay = data;
	struct yt_replay_slot *slot;

	while (!kthread_should_stop()) {
		wait_event_interruptible(replay->changed,
					 kthread_should_stop() ||
					 waiting(replay));
		slot = waiting(replay);
		if (slot && !kthread_should_stop())
			do_slot(replay, slot);
	}
	return 0;
}

static bool all_free(struct yt_replay *replay)
{
	unsigned long flags;
	bool all = true;
	unsigned int i;

	spin_lock_irqsave(&replay->lock, flags);
	for (i = 0; i < SLOTS; i++)
		all &= replay->slots[i].state == SLOT_FREE;
	spin_unlock_irqrestore(&replay->lock, flags);
	return all;
}

int yt_replay_make(struct yt_exercise *exercise)
{
	struct yt_replay *replay;
	unsigned int i;

	replay = kvzalloc(sizeof(*replay), GFP_KERNEL);
	if (!replay)
		return -ENOMEM;
	replay->exercise = exercise;
	spin_lock_init(&replay->lock);
	init_waitqueue_head(&replay->changed);
	/* Behind all others: see yt_pool_share(). */
	for (i = 0; i < SLOTS; i++)
		yt_pool_add_reader(&exercise->pool, &replay->slots[i].reader);
	exercise->replay = replay;
	return yt_ways_init(&replay->ways, exercise);
}

void yt_replay_free(struct yt_exercise *exercise)
{
	struct yt_replay *replay = exercise->replay;

	if (!replay)
		return;
	yt_ways_free(&replay->ways);
	kvfree(replay);
	exercise->replay = NULL;
}

size_t yt_replay_memory(const struct yt_exercise *exercise)
{
	return sizeof(struct yt_replay) +
	       yt_attempt_memory(exercise->pool.request_size);
}

int yt_replay_start(struct yt_exercise *exercise)
{
	struct yt_replay *replay = exercise->replay;
	struct task_struct *task;

	task = kthread_run(work, replay, "cryptorture/replay");
	if (IS_ERR(task))
		return PTR_ERR(task);
	replay->thread = task;
	return 0;
}

void yt_replay_finish(struct yt_exercise *exercise)
{
	struct yt_replay *replay = exercise->replay;
	struct yt_replay_slot *slot;
	unsigned long flags;

	if (!replay || replay->gone)
		return;
	spin_lock_irqsave(&replay->lock, flags);
	replay->closed = true;
	spin_unlock_irqrestore(&replay->lock, flags);
	if (replay->thread) {
		wait_event_timeout(replay->changed, all_free(replay),
				   FINISH_SECONDS * HZ);
		kthread_stop(replay->thread);
		replay->thread = NULL;
	}
	spin_lock_irqsave(&replay->lock, flags);
	replay->gone = true;
	spin_unlock_irqrestore(&replay->lock, flags);
	while ((slot = waiting(replay)))
		conclude(replay, slot, CT_REPLAY_STATE_ENDING);
}

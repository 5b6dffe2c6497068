/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mismatches that are to be run again, until the thread of repro/replay does so: the first
 * ones of each kind.
 */
#ifndef CRYPTORTURE_VERIFY_REPLAY_QUEUE_H
#define CRYPTORTURE_VERIFY_REPLAY_QUEUE_H

#include <linux/spinlock.h>
#include <linux/wait.h>

#include "evidence/mismatch.h"
#include "op/operation.h"

/* Mismatches that can wait at a time. */
#define YT_REPLAY_SLOTS		8

struct yt_exercise;

/**
 * struct yt_replay_case - what is run again
 * @test_sa: in use for as long as it is
 * @transform: number of the transform in the test SA
 * @vector: number of the vector in the test SA
 * @driver: number of the driver in the run's plan
 * @direction: what was done
 * @layout: how the buffers lay
 * @context: of the operation
 * @cpu: where it began
 * @payload_len: of the vector; 0: as the seed and the run's sizes have it
 */
struct yt_replay_case {
	struct yt_test_sa *test_sa;
	unsigned int transform;
	unsigned int vector;
	unsigned int driver;
	enum cryptorture_direction direction;
	struct yt_layout layout;
	enum cryptorture_context context;
	unsigned int cpu;
	unsigned int payload_len;
};

enum yt_replay_slot_state {
	YT_REPLAY_SLOT_FREE,
	YT_REPLAY_SLOT_TAKEN,		/* its record is being made */
	YT_REPLAY_SLOT_WAITS,
};

/**
 * struct yt_replay_slot - a mismatch to be run again
 * @state: under the lock
 * @number: of its record
 * @reader: holds its test SA
 * @packet: what is run
 */
struct yt_replay_slot {
	enum yt_replay_slot_state state;
	u64 number;
	struct yt_pool_reader reader;
	struct yt_replay_case packet;
};

/* Mismatches that are alike, and how many of them were taken. */
struct yt_replay_kind {
	unsigned int driver;
	enum cryptorture_direction direction;
	u32 what;
	unsigned int taken;
};

/**
 * struct yt_replay_queue - those of a run
 * @lock: of all but @changed and what @slots hold; a kind that has had its share is
 *	  read without
 * @slots: those that wait
 * @kinds: those that have one taken, and unused entries
 * @taken: of all kinds
 * @closed: no more are taken
 * @gone: there is no thread any more
 * @stuck: a driver has kept the request of one of them: no more can be run
 * @changed: a slot was taken or freed
 */
struct yt_replay_queue {
	spinlock_t lock;	/* see above */
	struct yt_replay_slot slots[YT_REPLAY_SLOTS];
	struct yt_replay_kind kinds[CRYPTORTURE_KEPT_SIZE];
	unsigned int taken;
	bool closed;
	bool gone;
	bool stuck;
	wait_queue_head_t changed;
};

/**
 * yt_replay_queue_init() - empty it, and register its readers
 * @queue: zeroed
 * @pool: of the run, with all its other readers
 */
void yt_replay_queue_init(struct yt_replay_queue *queue, struct yt_pool *pool);

/* Take no more; and do not wait for the thread any more. Any context but NMI. */
void yt_replay_queue_close(struct yt_replay_queue *queue);
void yt_replay_queue_gone(struct yt_replay_queue *queue);

/**
 * yt_replay_take() - shall this mismatch be run again?
 * @op: the operation, which holds its test SA until yt_replay_put()
 * @what: bits of enum cryptorture_what
 * @state: for the record
 *
 * Any context but NMI and hardirq.
 *
 * Return: what to call yt_replay_put() with when the record is made, or NULL.
 */
struct yt_replay_slot *yt_replay_take(const struct yt_operation *op, u32 what,
				      enum cryptorture_replay_state *state);

/**
 * yt_replay_put() - run it again soon
 * @exercise: the run
 * @slot: of yt_replay_take(); not to be used afterwards
 * @number: of the record; 0: there is none, so forget about it
 */
void yt_replay_put(struct yt_exercise *exercise, struct yt_replay_slot *slot,
		   u64 number);

/* For the thread: the oldest one that is queued, or NULL. */
struct yt_replay_slot *yt_replay_waiting(struct yt_replay_queue *queue);
/* It is complete, or cannot be run; @stuck: its request was not completed. */
void yt_replay_drop(struct yt_replay_queue *queue, struct yt_replay_slot *slot,
		    bool stuck);
bool yt_replay_all_free(struct yt_replay_queue *queue);

#endif /* CRYPTORTURE_VERIFY_REPLAY_QUEUE_H */

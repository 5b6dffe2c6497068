/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The self-contained record of one failure, and the bounded ring that
 * records lie in. Knows nothing of netlink, which registers with it.
 */
#ifndef CRYPTORTURE_EVIDENCE_MISMATCH_H
#define CRYPTORTURE_EVIDENCE_MISMATCH_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "evidence/compare.h"
#include "evidence/counts.h"
#include "packet/layout.h"

/**
 * struct yt_outcome - result of one way to run a packet again: enum cryptorture_replay_attr
 *
 * @driver is the number of the driver, with CRYPTORTURE_WAY_OTHER_DRIVER; @err is 0 or a
 * negative errno.
 */
struct yt_outcome {
	u8 way;
	u8 context;
	u16 runs;
	u16 wrong;
	u16 driver;
	u32 cpu;
	s32 err;
};

/**
 * struct yt_outcomes - results of all ways to run a packet again
 * @state: CRYPTORTURE_A_MISMATCH_REPLAY_STATE
 * @cpus_left: CRYPTORTURE_A_MISMATCH_REPLAY_CPUS_LEFT
 * @drivers_left: CRYPTORTURE_A_MISMATCH_REPLAY_DRIVERS_LEFT
 * @count: how many of @list
 * @list: one for each way
 */
struct yt_outcomes {
	enum cryptorture_replay_state state;
	u32 cpus_left;
	u32 drivers_left;
	u32 count;
	struct yt_outcome list[CRYPTORTURE_REPLAYS_MAX];
};

/**
 * struct yt_change - changed bytes outside of the output
 * @where: CRYPTORTURE_A_MISMATCH_OUTSIDE
 * @offset: CRYPTORTURE_A_MISMATCH_OUTSIDE_OFFSET
 * @len: how many bytes of the two that follow; 0: there are none
 * @expected: CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED
 * @actual: CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL
 */
struct yt_change {
	enum cryptorture_outside where;
	u32 offset;
	u32 len;
	u8 expected[CRYPTORTURE_OUTSIDE_BYTES];
	u8 actual[CRYPTORTURE_OUTSIDE_BYTES];
};

/**
 * struct yt_concurrent - an operation that overlapped in time: enum cryptorture_concurrent_attr
 * @op: yt_history_op()
 * @driver: number of the driver
 * @cpu: CRYPTORTURE_A_CONCURRENT_CPU
 * @context: CRYPTORTURE_A_CONCURRENT_CONTEXT
 * @nested: CRYPTORTURE_A_CONCURRENT_NESTED
 */
struct yt_concurrent {
	u64 op;
	u32 driver;
	u32 cpu;
	enum cryptorture_context context;
	bool nested;
};

/**
 * struct yt_mismatch - one failure; see enum cryptorture_mismatch_attr for each field
 *
 * @algorithm may be NULL and @driver empty: then there is no packet.
 */
struct yt_mismatch {
	u64 number;
	u64 run;
	u64 time;
	u32 cpu_before;
	u32 cpu_after;
	enum cryptorture_context context;
	const char *algorithm;
	char driver[CRYPTORTURE_NAME_MAX];
	enum cryptorture_direction direction;
	char layout[YT_LAYOUT_NAME];
	u32 what;
	u64 seed;
	u64 index;
	u32 key_len;
	u32 icv_len;
	u32 payload_len;
	u32 text_offset;
	u32 text_len;
	u32 output_len;
	s32 status;
	s32 status_expected;
	bool output_wrong;
	struct yt_difference difference;
	u32 window;
	u32 window_len;
	u8 expected[CRYPTORTURE_WINDOW];
	u8 actual[CRYPTORTURE_WINDOW];
	u8 iv_expected[16];
	u8 iv_actual[16];
	struct yt_change change;
	bool persists;
	struct yt_course course;
	u32 concurrent_count;
	struct yt_concurrent concurrent[CRYPTORTURE_CONCURRENT_MAX];
	u64 duration;
	bool injected;
	u32 cpu_reference;
	bool is_foreign;
	u64 foreign;
	u32 in_flight;
	bool simd;
	bool live;
	char register_name[CRYPTORTURE_REGISTER_NAME_MAX];
	char owner[CRYPTORTURE_OWNER_MAX];
	enum cryptorture_event event;
	u32 thread;
	u64 epoch;
	struct yt_outcomes replay;
};

/*
 * Beyond this many records in a second mismatches are counted only: making and
 * sending a record takes as long as hundreds of operations, which other drivers need,
 * and records would be overwritten before they are read.
 */
#define YT_RECORDS_PER_SECOND	(2 * CRYPTORTURE_RING_SIZE)

/**
 * struct yt_mismatch_ring - the last CRYPTORTURE_RING_SIZE records, and some earlier ones
 * @lock: of all below; taken with interrupts off, in any context but NMI
 * @slots: CRYPTORTURE_RING_SIZE records; number n lies in slot (n - 1) % CRYPTORTURE_RING_SIZE
 * @kept: copies of the first CRYPTORTURE_KEPT_SIZE that are to be run again, which a
 *	  flood does not overwrite; in the order of their numbers
 * @kept_count: how many
 * @records: how many were made, the number of the newest one
 * @second: the second that @in_second counts for; written under the lock
 * @in_second: records asked for in it, until it is YT_RECORDS_PER_SECOND; likewise
 * @unrecorded: mismatches that came faster than that, by CPU
 * @notify: called after each new record in the context of the operation, with
 *	    the lock not held; may not sleep; NULL for none
 */
struct yt_mismatch_ring {
	spinlock_t lock;	/* of all that follows */
	struct yt_mismatch *slots;
	struct yt_mismatch *kept;
	unsigned int kept_count;
	u64 records;
	u64 second;
	u32 in_second;
	u64 __percpu *unrecorded;
	void (*notify)(void);
};

/* Process context. Return: 0, or -ENOMEM. */
int yt_mismatch_ring_init(struct yt_mismatch_ring *ring);
void yt_mismatch_ring_free(struct yt_mismatch_ring *ring);

/* Bytes that a ring holds. */
size_t yt_mismatch_ring_memory(void);

/**
 * yt_mismatch_add() - make a record
 * @ring: the ring
 * @fill: fills in a record that is zeroed but for its number and time; called
 *	  with interrupts off
 * @data: for @fill
 * @first: it is among the first of its kind, and recorded also in a flood
 *
 * Any context but NMI. In a flood no lock is taken.
 *
 * Return: the record's number, or 0 when the mismatch was counted as
 * unrecorded and @fill not called.
 */
u64 yt_mismatch_add(struct yt_mismatch_ring *ring,
		    void (*fill)(struct yt_mismatch *record, void *data),
		    void *data, bool first);

/**
 * yt_mismatch_set_replay() - store the results of running a packet again
 * @ring: the ring
 * @number: of a record that was made with CRYPTORTURE_REPLAY_STATE_PENDING
 * @replay: the results
 *
 * Any context but NMI.
 */
void yt_mismatch_set_replay(struct yt_mismatch_ring *ring, u64 number,
			    const struct yt_outcomes *replay);

/**
 * yt_mismatch_copy() - a copy of a record by its number
 * @ring: the ring
 * @number: from 1
 * @copy: where to
 *
 * Return: 0; -ENOENT when there is no such record yet; -ESTALE when it is
 * overwritten.
 */
int yt_mismatch_copy(struct yt_mismatch_ring *ring, u64 number,
		     struct yt_mismatch *copy);

/*
 * The lowest number of a kept record, from @number on; or the
 * number that the next one will have, which is lower than @number when the ring
 * was cleared meanwhile: readers that iterate have to check for that.
 */
u64 yt_mismatch_next(struct yt_mismatch_ring *ring, u64 number);

/**
 * yt_mismatch_follow() - the next kept record
 * @ring: the ring
 * @place: number of the record that the reader had last, 0 at first; set to the one
 *	   that is copied
 * @copy: where to
 *
 * Return: false when there is none yet.
 */
bool yt_mismatch_follow(struct yt_mismatch_ring *ring, u64 *place,
			struct yt_mismatch *copy);

/*
 * Records made and overwritten at one moment, and mismatches without record, which may
 * be a few behind while there is a flood.
 */
void yt_mismatch_count(struct yt_mismatch_ring *ring, u64 *records,
		       u64 *overwritten, u64 *unrecorded);

#endif /* CRYPTORTURE_EVIDENCE_MISMATCH_H */

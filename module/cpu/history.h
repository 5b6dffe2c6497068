/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a CPU ran lately, kept for the records of other CPUs: which operations
 * were under way at the same time?
 *
 * Each history has one writer, which overwrites the oldest entry and takes no lock.
 */
#ifndef CRYPTORTURE_CPU_HISTORY_H
#define CRYPTORTURE_CPU_HISTORY_H

#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#define YT_HISTORY_ENTRIES	16
/* Operations of one entry: a stage of a chain, which is timed as a whole. */
#define YT_HISTORY_OPS		8

#define YT_HISTORY_NOW		U64_MAX

/**
 * struct yt_past - operations of a CPU, one after the other
 * @began: yt_clock() before the first of them
 * @ended: yt_clock() after the last; YT_HISTORY_NOW before that, 0 while the entry is written
 * @ops: yt_history_op() of each; 0: no further ones
 */
struct yt_past {
	u64 began;
	u64 ended;
	u64 ops[YT_HISTORY_OPS];
};

/**
 * struct yt_history - the last operations of one context of a CPU
 * @written: entries so far
 * @past: the last of them
 */
struct yt_history {
	u32 written;
	struct yt_past past[YT_HISTORY_ENTRIES];
};

#define YT_HISTORY_DRIVER_SHIFT		48
#define YT_HISTORY_DIRECTION_SHIFT	46

/* In one word, never 0: number of the driver in the plan, direction, index of the packet. */
static inline u64 yt_history_op(unsigned int driver, enum cryptorture_direction direction,
				u64 index)
{
	return (u64)(driver + 1) << YT_HISTORY_DRIVER_SHIFT |
	       (u64)direction << YT_HISTORY_DIRECTION_SHIFT |
	       (index & (BIT_ULL(YT_HISTORY_DIRECTION_SHIFT) - 1));
}

static inline unsigned int yt_history_driver(u64 op)
{
	return (op >> YT_HISTORY_DRIVER_SHIFT) - 1;
}

static inline enum cryptorture_direction yt_history_direction(u64 op)
{
	return op >> YT_HISTORY_DIRECTION_SHIFT & 3;
}

static inline u64 yt_history_index(u64 op)
{
	return op & (BIT_ULL(YT_HISTORY_DIRECTION_SHIFT) - 1);
}

/**
 * yt_history_begin() - add operations that begin now
 * @history: of their CPU and context
 * @began: yt_clock()
 * @ops: yt_history_op() of each
 * @count: how many, at most YT_HISTORY_OPS
 *
 * By the only writer of @history. Any context.
 */
void yt_history_begin(struct yt_history *history, u64 began, const u64 *ops, unsigned int count);
/* They are over, at @ended of yt_clock(). */
void yt_history_end(struct yt_history *history, u64 ended);

/**
 * yt_history_read() - a copy of an entry
 * @history: perhaps of another CPU
 * @back: 0 for the newest, up to YT_HISTORY_ENTRIES - 1
 * @past: where to
 *
 * Any context. Return: false when there is none, or it was written meanwhile.
 */
bool yt_history_read(const struct yt_history *history, unsigned int back, struct yt_past *past);

#endif /* CRYPTORTURE_CPU_HISTORY_H */

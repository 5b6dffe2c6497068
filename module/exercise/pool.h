/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pool: bundles with expected results computed beforehand. The first of
 * each algorithm are there when a run begins, the rest are made in the
 * background, and all are replaced by fresh ones for as long as it lasts.
 *
 * Readers take no lock: each publishes the bundle it uses, and a replaced
 * bundle is freed when no reader shows it any more. That never waits, so a
 * request which a driver does not give back holds up nothing but its bundle.
 */
#ifndef CRYPTORTURE_EXERCISE_POOL_H
#define CRYPTORTURE_EXERCISE_POOL_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "exercise/bundle.h"
#include "reference/digest.h"

#define YT_POOL_SLOTS		YT_DIGEST_SAS	/* bundles of an algorithm */
/* At full load one bundle is replaced in every such time when all are made. */
#define YT_POOL_REFRESH_MS	20
/* Below full load, of the load of one CPU: the rest is for checking; */
#define YT_POOL_SHARE		8
/* and so long at a time, or the one vector or transform longer that it is at. */
#define YT_POOL_BURST_NS	NSEC_PER_MSEC

/**
 * struct yt_pool_group - the bundles of one algorithm
 * @alg: the algorithm
 * @subjects: the drivers of it in this run
 * @drivers: their numbers in the run's plan
 * @count: how many
 * @slots: bundles; NULL only before the first is made
 * @filled: how many slots have one; they are filled in order
 * @next: number of the next SA
 * @bit: one bit, of its own
 */
struct yt_pool_group {
	const struct yt_algorithm *alg;
	const struct yt_subject **subjects;
	unsigned int *drivers;
	unsigned int count;
	struct yt_bundle *slots[YT_POOL_SLOTS];
	unsigned int filled;
	u64 next;
	u32 bit;
};

/**
 * struct yt_pool_reader - one user of bundles
 * @bundle: the one in use, or NULL
 * @list: in the pool's list of readers
 */
struct yt_pool_reader {
	struct yt_bundle *bundle;
	struct list_head list;
};

/**
 * struct yt_pool - the pool of a run
 * @groups: algorithms that have at least one subject in the run
 * @count: how many
 * @seed: of the run
 * @load: of the run, per mille; the refresher takes 1 / YT_POOL_SHARE of it
 * @sizes: to draw payload lengths from
 * @cpus: where expected results are computed, each on one and again on another
 * @on_disagreement: called when two CPUs disagree, in process context
 * @data: for @on_disagreement
 * @lock: of @readers
 * @readers: every struct yt_pool_reader
 * @retired: replaced, but perhaps still in use; else to get new keys, or to be freed
 * @refresher: the thread that fills and replaces
 * @began: when it last began to work, in nanoseconds of ktime_get_ns()
 * @breather: of the refresher, so that it keeps to its share within a bundle, too
 * @digest: over the first packets
 * @digest_value: when @digest_done
 * @digest_done: set with release semantics
 * @vectors: made so far
 * @memory: bytes held
 * @memory_planned: about as many when every slot has a bundle
 * @request_size: largest of all transforms
 * @failed: refreshes that failed, to be tried again
 * @recheck: memory for it
 * @rechecked: vectors whose expected results two CPUs agree on
 * @mismatches_void: mismatches whose expected result was found damaged; complete
 *		     when the pool has stopped
 */
struct yt_pool {
	struct yt_pool_group groups[YT_ALGORITHMS];
	unsigned int count;
	u64 seed;
	u32 load;
	const struct yt_sizes *sizes;
	const struct cpumask *cpus;
	void (*on_disagreement)(void *data,
				const struct yt_disagreement *found);
	void *data;
	struct mutex lock;	/* of @readers */
	struct list_head readers;
	struct yt_bundle *retired;
	struct task_struct *refresher;
	u64 began;
	struct yt_breather breather;
	struct yt_sha digest;
	u8 digest_value[YT_DIGEST_SIZE];
	bool digest_done;
	u64 vectors;
	size_t memory;
	size_t memory_planned;
	unsigned int request_size;
	u64 failed;
	struct yt_recheck *recheck;
	u64 rechecked;
	u64 mismatches_void;
};

/**
 * yt_pool_init() - make the first bundle of every algorithm
 * @pool: zeroed but for @load, @sizes, @cpus, @on_disagreement and @data
 * @subjects: the drivers in the run; a subject whose transform cannot be made
 *	      is marked broken and left out
 * @drivers: their numbers in the run's plan
 * @count: how many
 * @seed: of the run
 *
 * Process context; takes tens of milliseconds.
 *
 * Return: 0; -ENOMEM; -ENOENT when no subject is left.
 */
int yt_pool_init(struct yt_pool *pool, const struct yt_subject *const *subjects,
		 const unsigned int *drivers, unsigned int count, u64 seed);

/* Start to fill and replace in the background. Return: 0 or a negative errno. */
int yt_pool_start(struct yt_pool *pool);
/* Stop it. Idempotent. Workers and replays have stopped before. */
void yt_pool_stop(struct yt_pool *pool);
/* All readers must be gone. */
void yt_pool_free(struct yt_pool *pool);

/* Process context. */
void yt_pool_add_reader(struct yt_pool *pool, struct yt_pool_reader *reader);
void yt_pool_remove_reader(struct yt_pool *pool, struct yt_pool_reader *reader);

/**
 * yt_pool_draw() - draw an algorithm
 * @pool: the pool
 * @random: where numbers come from
 *
 * All alike but authencesn, which has as many as authenc and cannot be chained: its
 * operations take the time of many others. Any context.
 */
struct yt_pool_group *yt_pool_draw(struct yt_pool *pool,
				   struct yt_random *random);

/**
 * yt_pool_get() - take a bundle into use
 * @group: of which algorithm
 * @reader: registered, and using none
 * @random: any number; chooses the slot
 *
 * Any context but NMI; takes no lock. Lasts until yt_pool_put().
 */
struct yt_bundle *yt_pool_get(struct yt_pool_group *group,
			      struct yt_pool_reader *reader, u32 random);

/**
 * yt_pool_share() - use a bundle that another reader uses, beyond its put
 * @reader: registered after that other one, so that a walk over the readers in
 *	    order sees at least one of the two; using none
 * @bundle: the bundle
 *
 * Any context but NMI.
 */
static inline void yt_pool_share(struct yt_pool_reader *reader,
				 struct yt_bundle *bundle)
{
	/* Pairs with the scan of readers in pool.c. */
	smp_store_release(&reader->bundle, bundle);
}

static inline void yt_pool_put(struct yt_pool_reader *reader)
{
	/* Pairs with the scan of readers in pool.c. */
	smp_store_release(&reader->bundle, NULL);
}

#endif /* CRYPTORTURE_EXERCISE_POOL_H */

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

#define CT_POOL_SLOTS		CT_DIGEST_SAS	/* bundles of an algorithm */
/* At full load one bundle is replaced in every such time when all are made. */
#define CT_POOL_REFRESH_MS	20
/* Below full load, of the load of one CPU: the rest is for checking; */
#define CT_POOL_SHARE		8
/* and so long at a time, or the one vector or transform longer that it is at. */
#define CT_POOL_BURST_NS	NSEC_PER_MSEC

/**
 * struct ct_pool_group - the bundles of one algorithm
 * @alg: the algorithm
 * @subjects: the drivers of it in this run
 * @drivers: their numbers in the run's plan
 * @count: how many
 * @slots: bundles; NULL only before the first is made
 * @filled: how many slots have one; they are filled in order
 * @next: number of the next SA
 * @bit: one bit, of its own
 */
struct ct_pool_group {
	const struct ct_algorithm *alg;
	const struct ct_subject **subjects;
	unsigned int *drivers;
	unsigned int count;
	struct ct_bundle *slots[CT_POOL_SLOTS];
	unsigned int filled;
	u64 next;
	u32 bit;
};

/**
 * struct ct_pool_reader - one user of bundles
 * @bundle: the one in use, or NULL
 * @list: in the pool's list of readers
 */
struct ct_pool_reader {
	struct ct_bundle *bundle;
	struct list_head list;
};

/**
 * struct ct_pool - the pool of a run
 * @groups: algorithms that have at least one subject in the run
 * @count: how many
 * @seed: of the run
 * @load: of the run, per mille; the refresher takes 1 / CT_POOL_SHARE of it
 * @sizes: to draw payload lengths from
 * @cpus: where expected results are computed, each on one and again on another
 * @on_disagreement: called when two CPUs disagree, in process context
 * @data: for @on_disagreement
 * @lock: of @readers
 * @readers: every struct ct_pool_reader
 * @retired: replaced, but perhaps still in use; else to be keyed anew, or freed
 * @refresher: the thread that fills and replaces
 * @began: when it last began to work, in nanoseconds of ktime_get_ns()
 * @breather: its own, so that it keeps to its share within a bundle, too
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
struct ct_pool {
	struct ct_pool_group groups[CT_ALGORITHMS];
	unsigned int count;
	u64 seed;
	u32 load;
	const struct ct_sizes *sizes;
	const struct cpumask *cpus;
	void (*on_disagreement)(void *data,
				const struct ct_disagreement *found);
	void *data;
	struct mutex lock;	/* of @readers */
	struct list_head readers;
	struct ct_bundle *retired;
	struct task_struct *refresher;
	u64 began;
	struct ct_breather breather;
	struct ct_sha digest;
	u8 digest_value[CT_DIGEST_SIZE];
	bool digest_done;
	u64 vectors;
	size_t memory;
	size_t memory_planned;
	unsigned int request_size;
	u64 failed;
	struct ct_recheck *recheck;
	u64 rechecked;
	u64 mismatches_void;
};

/**
 * ct_pool_init() - make the first bundle of every algorithm
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
int ct_pool_init(struct ct_pool *pool, const struct ct_subject *const *subjects,
		 const unsigned int *drivers, unsigned int count, u64 seed);

/* Start to fill and replace in the background. Return: 0 or a negative errno. */
int ct_pool_start(struct ct_pool *pool);
/* Stop it. Idempotent. Workers and replays have stopped before. */
void ct_pool_stop(struct ct_pool *pool);
/* All readers must be gone. */
void ct_pool_free(struct ct_pool *pool);

/* Process context. */
void ct_pool_add_reader(struct ct_pool *pool, struct ct_pool_reader *reader);
void ct_pool_remove_reader(struct ct_pool *pool, struct ct_pool_reader *reader);

/**
 * ct_pool_draw() - draw an algorithm
 * @pool: the pool
 * @random: where numbers come from
 *
 * All alike but authencesn, which has as many as authenc and cannot be chained: its
 * operations take the time of many others. Any context.
 */
struct ct_pool_group *ct_pool_draw(struct ct_pool *pool,
				   struct ct_random *random);

/**
 * ct_pool_get() - take a bundle into use
 * @group: of which algorithm
 * @reader: registered, and using none
 * @random: any number; chooses the slot
 *
 * Any context but NMI; takes no lock. Lasts until ct_pool_put().
 */
struct ct_bundle *ct_pool_get(struct ct_pool_group *group,
			      struct ct_pool_reader *reader, u32 random);

/**
 * ct_pool_share() - use a bundle that another reader uses, beyond its put
 * @reader: registered after that other one, so that whoever looks for readers in
 *	    order sees at least one of the two; using none
 * @bundle: the bundle
 *
 * Any context but NMI.
 */
static inline void ct_pool_share(struct ct_pool_reader *reader,
				 struct ct_bundle *bundle)
{
	/* Pairs with the scan of readers in pool.c. */
	smp_store_release(&reader->bundle, bundle);
}

static inline void ct_pool_put(struct ct_pool_reader *reader)
{
	/* Pairs with the scan of readers in pool.c. */
	smp_store_release(&reader->bundle, NULL);
}

#endif /* CRYPTORTURE_EXERCISE_POOL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pool: test SAs with expected results computed beforehand. The first of
 * each algorithm are there when a run begins, the rest are made in the
 * background, and all are replaced by fresh ones for as long as it lasts.
 *
 * Readers take no lock: each publishes the test SA it uses, and a replaced
 * test SA is freed when no reader shows it any more. That never waits, so a
 * request which a driver does not complete holds up nothing but its test SA.
 */
#ifndef CRYPTORTURE_VECTORS_POOL_H
#define CRYPTORTURE_VECTORS_POOL_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "reference/digest.h"
#include "vectors/test_sa.h"

#define YT_POOL_SLOTS		YT_DIGEST_SAS	/* test SAs of an algorithm */
/* At full load one test SA is replaced in every such time when all are made. */
#define YT_POOL_REFRESH_MS	20
/* Below full load, of the load of one CPU: the rest is for checking; */
#define YT_POOL_SHARE		8
/* and so long at a time, or the one vector or transform longer that it is at. */
#define YT_POOL_BURST_NS	NSEC_PER_MSEC

/**
 * struct yt_pool_group - the test SAs of one algorithm
 * @alg: the algorithm
 * @drivers: the drivers of it in this run
 * @numbers: their numbers in the run's plan
 * @count: how many
 * @slots: test SAs; NULL only before the first is made
 * @filled: how many slots have one; they are filled in order
 * @next: number of the next SA
 * @bit: one bit, of its own
 */
struct yt_pool_group {
	const struct yt_algorithm *alg;
	const struct yt_driver **drivers;
	unsigned int *numbers;
	unsigned int count;
	struct yt_test_sa *slots[YT_POOL_SLOTS];
	unsigned int filled;
	u64 next;
	u32 bit;
};

/**
 * struct yt_pool_reader - one user of test SAs
 * @test_sa: the one in use, or NULL
 * @list: in the pool's list of readers
 */
struct yt_pool_reader {
	struct yt_test_sa *test_sa;
	struct list_head list;
};

/**
 * struct yt_pool - the pool of a run
 * @groups: algorithms that have at least one driver in the run
 * @count: how many
 * @seed: of the run
 * @load: of the run, per mille; the refresher takes 1 / YT_POOL_SHARE of it
 * @sizes: to draw payload lengths from
 * @cpus: where expected results are computed, each on one and again on another
 * @on_disagreement: called when two CPUs disagree, in process context
 * @data: for @on_disagreement
 * @lock: of @readers
 * @readers: every struct yt_pool_reader
 * @retired: replaced, but perhaps still in use; else to be given fresh key schedules, or freed
 * @refresher: the thread that fills and replaces
 * @began: when it last began to work, in nanoseconds of ktime_get_ns()
 * @yield_hook: of the refresher, so that it keeps to its share within a test SA, too
 * @digest: over the first packets
 * @digest_value: when @digest_done
 * @digest_done: set with release semantics
 * @vectors: made so far
 * @memory: bytes held
 * @memory_planned: about as many when every slot has a test SA
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
	struct yt_test_sa *retired;
	struct task_struct *refresher;
	u64 began;
	struct yt_yield_hook yield_hook;
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
 * yt_pool_init() - make the first test SA of every algorithm
 * @pool: zeroed but for @load, @sizes, @cpus, @on_disagreement and @data
 * @drivers: the drivers in the run; a driver whose transform cannot be made
 *	      is marked broken and left out
 * @numbers: their numbers in the run's plan
 * @count: how many
 * @seed: of the run
 *
 * Process context; takes tens of milliseconds.
 *
 * Return: 0; -ENOMEM; -ENOENT when no driver is left.
 */
int yt_pool_init(struct yt_pool *pool, const struct yt_driver *const *drivers,
		 const unsigned int *numbers, unsigned int count, u64 seed);

/* All readers must be gone, and the refresher has stopped. */
void yt_pool_free(struct yt_pool *pool);

/*
 * For vectors/refresh, which fills a pool and replaces its test SAs; in process context, and
 * by no other thread while that one runs.
 *
 * Does any reader use it?
 */
bool yt_pool_in_use(struct yt_pool *pool, const struct yt_test_sa *test_sa);
/* Free one that is not used any more. */
void yt_pool_drop(struct yt_pool *pool, struct yt_test_sa *test_sa);

/**
 * yt_pool_make() - make the next test SA of an algorithm
 * @pool: the pool
 * @group: the algorithm
 * @old: whose transforms it gets, or NULL; see struct yt_test_sa_spec
 * @failed: as of yt_test_sa_make()
 *
 * Return: as yt_test_sa_make().
 */
struct yt_test_sa *yt_pool_make(struct yt_pool *pool,
				struct yt_pool_group *group,
				struct yt_test_sa *old,
				const struct yt_driver **failed);

/* Put it into the next slot that is empty; there is one. */
void yt_pool_fill(struct yt_pool *pool, struct yt_pool_group *group,
		  struct yt_test_sa *test_sa);

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
 * yt_pool_get() - take a test SA into use
 * @group: of which algorithm
 * @reader: registered, and using none
 * @random: any number; chooses the slot
 *
 * Any context but NMI; takes no lock. Lasts until yt_pool_put().
 */
struct yt_test_sa *yt_pool_get(struct yt_pool_group *group,
			       struct yt_pool_reader *reader, u32 random);

/**
 * yt_pool_share() - use a test SA that another reader uses, beyond its put
 * @reader: registered after that other one, so that a walk over the readers in
 *	    order sees at least one of the two; using none
 * @test_sa: the test SA
 *
 * Any context but NMI.
 */
static inline void yt_pool_share(struct yt_pool_reader *reader,
				 struct yt_test_sa *test_sa)
{
	/* Pairs with the scan of readers in pool.c. */
	smp_store_release(&reader->test_sa, test_sa);
}

static inline void yt_pool_put(struct yt_pool_reader *reader)
{
	/* Pairs with the scan of readers in pool.c. */
	smp_store_release(&reader->test_sa, NULL);
}

#endif /* CRYPTORTURE_VECTORS_POOL_H */

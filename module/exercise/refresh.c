// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>

#include "exercise/audit.h"
#include "exercise/refresh.h"

static void replace(struct ct_pool *pool, struct ct_pool_group *group,
		    struct ct_bundle *bundle)
{
	struct ct_bundle **slot = &group->slots[group->next % CT_POOL_SLOTS];

	WRITE_ONCE(pool->memory, pool->memory + bundle->memory);
	WRITE_ONCE(pool->vectors, pool->vectors + CT_SA_VECTORS);
	pool->retired = *slot;
	group->next++;
	WRITE_ONCE(*slot, bundle);
	/* Pairs with ct_pool_get(). */
	smp_mb();
}

/* No mismatch comes any more with this one. */
static void audit(struct ct_pool *pool, const struct ct_bundle *bundle)
{
	const struct ct_audit audit = {
		.sizes = pool->sizes,
		.cpus = pool->cpus,
		.memory = pool->recheck,
	};

	WRITE_ONCE(pool->mismatches_void, pool->mismatches_void +
		   ct_audit_bundle(&audit, bundle));
}

/* Look at the bundle that was replaced last; false if it is still in use. */
static bool retire(struct ct_pool *pool)
{
	if (!pool->retired)
		return true;
	if (ct_pool_in_use(pool, pool->retired))
		return false;
	audit(pool, pool->retired);
	return true;
}

static void drop_retired(struct ct_pool *pool)
{
	if (pool->retired)
		ct_pool_drop(pool, pool->retired);
	pool->retired = NULL;
}

/*
 * What is expected must not hang on one CPU: that might be the one that is
 * wrong. Vectors that two CPUs disagree on are used all the same; the verdict
 * is told.
 */
static void recheck(struct ct_pool *pool, const struct ct_bundle *bundle)
{
	struct ct_disagreement found;

	if (!ct_audit_move(pool->cpus, bundle->cpu))
		return;
	if (ct_bundle_recheck(bundle, pool->recheck, &found))
		WRITE_ONCE(pool->rechecked, pool->rechecked + CT_SA_VECTORS);
	else
		pool->on_disagreement(pool->data, &found);
}

/* A stop that came before the state was set must not be slept over. */
static void rest(struct ct_pool *pool, unsigned long jiffies_of_rest)
{
	set_current_state(TASK_INTERRUPTIBLE);
	if (!kthread_should_stop())
		schedule_timeout(jiffies_of_rest);
	__set_current_state(TASK_RUNNING);
	pool->began = ktime_get_ns();
}

/* Rest after what was done since @pool->began, so that its share is kept. */
static void pace(struct ct_pool *pool)
{
	u64 busy = ktime_get_ns() - pool->began;

	if (pool->load == CT_LOAD_FULL)
		return;
	busy = div_u64(busy * (CT_LOAD_FULL * CT_POOL_SHARE - pool->load),
		       pool->load);
	rest(pool, nsecs_to_jiffies(busy) + 1);
}

/* In the middle of a bundle. */
static void breathe(void *data)
{
	struct ct_pool *pool = data;

	if (ktime_get_ns() - pool->began >= CT_POOL_BURST_NS)
		pace(pool);
	cond_resched();
}

static void fill_rest(struct ct_pool *pool)
{
	const struct ct_subject *failed;
	struct ct_bundle *bundle;
	unsigned int slot, i;

	for (i = 0; i < pool->count && !kthread_should_stop(); i++) {
		recheck(pool, pool->groups[i].slots[0]);
		pace(pool);
	}
	/* By slot, then by algorithm: the order of the digest. */
	for (slot = 1; slot < CT_POOL_SLOTS; slot++)
		for (i = 0; i < pool->count; i++) {
			bundle = ct_pool_make(pool, &pool->groups[i], NULL,
					      &failed);
			while (IS_ERR(bundle)) {
				WRITE_ONCE(pool->failed, pool->failed + 1);
				if (kthread_should_stop())
					return;
				rest(pool, HZ / 10);
				bundle = ct_pool_make(pool, &pool->groups[i],
						      NULL, &failed);
			}
			ct_pool_fill(pool, &pool->groups[i], bundle);
			recheck(pool, bundle);
			pace(pool);
			if (kthread_should_stop())
				return;
			cond_resched();
		}
	ct_sha_final(&pool->digest, pool->digest_value);
	/* Pairs with the acquire in take_stock(). */
	smp_store_release(&pool->digest_done, true);
}

/* At the end: nobody uses bundles any more, but who has lost a request. */
static void audit_all(struct ct_pool *pool)
{
	unsigned int i, slot;

	if (pool->retired)
		audit(pool, pool->retired);
	for (i = 0; i < pool->count; i++)
		for (slot = 0; slot < pool->groups[i].filled; slot++) {
			audit(pool, pool->groups[i].slots[slot]);
			cond_resched();
		}
}

static int refresh(void *data)
{
	struct ct_pool *pool = data;
	unsigned long pause = msecs_to_jiffies(CT_POOL_REFRESH_MS *
					       CT_LOAD_FULL / pool->load);
	const struct ct_subject *failed;
	struct ct_bundle *bundle;
	bool again = false;
	unsigned int i = 0;

	set_user_nice(current, MAX_NICE);
	pool->began = ktime_get_ns();
	fill_rest(pool);
	while (!kthread_should_stop()) {
		pace(pool);
		rest(pool, pause);
		if (kthread_should_stop())
			break;
		if (!retire(pool))
			continue;
		/*
		 * Twice in a row: new transforms, and then those that these have
		 * replaced, which every CPU has used with other keys.
		 */
		bundle = ct_pool_make(pool, &pool->groups[i],
				      again ? pool->retired : NULL, &failed);
		drop_retired(pool);
		/* Old vectors are as good; only fresh ones are missed. */
		if (IS_ERR(bundle)) {
			WRITE_ONCE(pool->failed, pool->failed + 1);
		} else {
			recheck(pool, bundle);
			replace(pool, &pool->groups[i], bundle);
		}
		again = !again && !IS_ERR(bundle);
		if (!again)
			i = (i + 1) % pool->count;
	}
	audit_all(pool);
	return 0;
}

int ct_pool_start(struct ct_pool *pool)
{
	struct task_struct *task;

	pool->recheck = kvmalloc(sizeof(*pool->recheck), GFP_KERNEL);
	if (!pool->recheck)
		return -ENOMEM;
	pool->breather.take = breathe;
	pool->breather.data = pool;
	pool->recheck->breather = pool->breather;
	task = kthread_run(refresh, pool, "cryptorture/pool");
	if (IS_ERR(task))
		return PTR_ERR(task);
	pool->refresher = task;
	return 0;
}

void ct_pool_stop(struct ct_pool *pool)
{
	if (!pool->refresher)
		return;
	kthread_stop(pool->refresher);
	pool->refresher = NULL;
}

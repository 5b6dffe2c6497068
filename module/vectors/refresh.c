// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>

#include "vectors/audit.h"
#include "vectors/refresh.h"

static void replace(struct yt_pool *pool, struct yt_pool_group *group,
		    struct yt_test_sa *test_sa)
{
	struct yt_test_sa **slot = &group->slots[group->next % YT_POOL_SLOTS];

	WRITE_ONCE(pool->memory, pool->memory + test_sa->memory);
	WRITE_ONCE(pool->vectors, pool->vectors + YT_SA_VECTORS);
	pool->retired = *slot;
	group->next++;
	WRITE_ONCE(*slot, test_sa);
	/* Pairs with yt_pool_get(). */
	smp_mb();
}

/* No operation uses this test SA any more. */
static void audit(struct yt_pool *pool, const struct yt_test_sa *test_sa)
{
	const struct yt_audit audit = {
		.sizes = pool->sizes,
		.cpus = pool->cpus,
		.memory = pool->recheck,
	};

	WRITE_ONCE(pool->mismatches_void, pool->mismatches_void +
		   yt_audit_test_sa(&audit, test_sa));
}

/* Check the test SA that was replaced last; false if it is still in use. */
static bool retire(struct yt_pool *pool)
{
	if (!pool->retired)
		return true;
	if (yt_pool_in_use(pool, pool->retired))
		return false;
	audit(pool, pool->retired);
	return true;
}

static void drop_retired(struct yt_pool *pool)
{
	if (pool->retired)
		yt_pool_drop(pool, pool->retired);
	pool->retired = NULL;
}

/*
 * Expected results must not depend on one CPU: that might be the one that is
 * wrong. Vectors that two CPUs disagree on are used nevertheless; the verdict
 * takes it into account.
 */
static void recheck(struct yt_pool *pool, const struct yt_test_sa *test_sa)
{
	struct yt_disagreement found;

	if (!yt_audit_move(pool->cpus, test_sa->cpu))
		return;
	if (yt_test_sa_recheck(test_sa, pool->recheck, &found))
		WRITE_ONCE(pool->rechecked, pool->rechecked + YT_SA_VECTORS);
	else
		pool->on_disagreement(pool->data, &found);
}

/* A stop before set_current_state() must not be missed. */
static void rest(struct yt_pool *pool, unsigned long jiffies_of_rest)
{
	set_current_state(TASK_INTERRUPTIBLE);
	if (!kthread_should_stop())
		schedule_timeout(jiffies_of_rest);
	__set_current_state(TASK_RUNNING);
	pool->began = ktime_get_ns();
}

/* Rest after the work since @pool->began, to keep to the refresher's share. */
static void pace(struct yt_pool *pool)
{
	u64 busy = ktime_get_ns() - pool->began;

	if (pool->load == CRYPTORTURE_LOAD_FULL)
		return;
	busy = div_u64(busy * (CRYPTORTURE_LOAD_FULL * YT_POOL_SHARE - pool->load),
		       pool->load);
	rest(pool, nsecs_to_jiffies(busy) + 1);
}

/* In the middle of a test SA. */
static void yield_between(void *data)
{
	struct yt_pool *pool = data;

	if (ktime_get_ns() - pool->began >= YT_POOL_BURST_NS)
		pace(pool);
	cond_resched();
}

static void fill_rest(struct yt_pool *pool)
{
	const struct yt_driver *failed;
	struct yt_test_sa *test_sa;
	unsigned int slot, i;

	for (i = 0; i < pool->count && !kthread_should_stop(); i++) {
		recheck(pool, pool->groups[i].slots[0]);
		pace(pool);
	}
	/* By slot, then by algorithm: the order of the digest. */
	for (slot = 1; slot < YT_POOL_SLOTS; slot++)
		for (i = 0; i < pool->count; i++) {
			test_sa = yt_pool_make(pool, &pool->groups[i], NULL,
					       &failed);
			while (IS_ERR(test_sa)) {
				WRITE_ONCE(pool->failed, pool->failed + 1);
				if (kthread_should_stop())
					return;
				rest(pool, HZ / 10);
				test_sa = yt_pool_make(pool, &pool->groups[i],
						       NULL, &failed);
			}
			yt_pool_fill(pool, &pool->groups[i], test_sa);
			recheck(pool, test_sa);
			pace(pool);
			if (kthread_should_stop())
				return;
			cond_resched();
		}
	yt_sha_final(&pool->digest, pool->digest_value);
	/* Pairs with the acquire in yt_status_take(). */
	smp_store_release(&pool->digest_done, true);
}

/* At the end: test SAs are in use only by operations whose request is lost. */
static void audit_all(struct yt_pool *pool)
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
	struct yt_pool *pool = data;
	unsigned long pause = msecs_to_jiffies(YT_POOL_REFRESH_MS *
					       CRYPTORTURE_LOAD_FULL / pool->load);
	const struct yt_driver *failed;
	struct yt_test_sa *test_sa;
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
		test_sa = yt_pool_make(pool, &pool->groups[i],
				       again ? pool->retired : NULL, &failed);
		drop_retired(pool);
		/* Old vectors are as good; there are only no fresh ones. */
		if (IS_ERR(test_sa)) {
			WRITE_ONCE(pool->failed, pool->failed + 1);
		} else {
			recheck(pool, test_sa);
			replace(pool, &pool->groups[i], test_sa);
		}
		again = !again && !IS_ERR(test_sa);
		if (!again)
			i = (i + 1) % pool->count;
	}
	audit_all(pool);
	return 0;
}

int yt_refresh_start(struct yt_pool *pool)
{
	struct task_struct *task;

	pool->recheck = kvmalloc(sizeof(*pool->recheck), GFP_KERNEL);
	if (!pool->recheck)
		return -ENOMEM;
	pool->yield_hook.call = yield_between;
	pool->yield_hook.data = pool;
	pool->recheck->yield_hook = pool->yield_hook;
	task = kthread_run(refresh, pool, "cryptorture/pool");
	if (IS_ERR(task))
		return PTR_ERR(task);
	pool->refresher = task;
	return 0;
}

void yt_refresh_stop(struct yt_pool *pool)
{
	if (!pool->refresher)
		return;
	kthread_stop(pool->refresher);
	pool->refresher = NULL;
}

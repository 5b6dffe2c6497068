// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "exercise/audit.h"
#include "exercise/pool.h"

void ct_pool_add_reader(struct ct_pool *pool, struct ct_pool_reader *reader)
{
	reader->bundle = NULL;
	mutex_lock(&pool->lock);
	list_add_tail(&reader->list, &pool->readers);
	mutex_unlock(&pool->lock);
}

void ct_pool_remove_reader(struct ct_pool *pool, struct ct_pool_reader *reader)
{
	mutex_lock(&pool->lock);
	list_del_init(&reader->list);
	mutex_unlock(&pool->lock);
}

/* One draw in so many of authencesn stands. */
#define ESN_SHARE	4

struct ct_pool_group *ct_pool_draw(struct ct_pool *pool,
				   struct ct_random *random)
{
	struct ct_pool_group *group;

	group = &pool->groups[ct_random_below(random, pool->count)];
	if (group->alg->esn_behind && ct_random_below(random, ESN_SHARE))
		group = &pool->groups[ct_random_below(random, pool->count)];
	return group;
}

struct ct_bundle *ct_pool_get(struct ct_pool_group *group,
			      struct ct_pool_reader *reader, u32 random)
{
	struct ct_bundle *bundle, **slot;
	unsigned int filled;

	/* Pairs with the release in fill(). */
	filled = smp_load_acquire(&group->filled);
	slot = &group->slots[random % filled];

	do {
		bundle = READ_ONCE(*slot);
		WRITE_ONCE(reader->bundle, bundle);
		/*
		 * Pairs with the barrier in replace(): either the refresher
		 * sees us, or we see that it has replaced the bundle.
		 */
		smp_mb();
	} while (bundle != READ_ONCE(*slot));
	return bundle;
}

static bool in_use(struct ct_pool *pool, const struct ct_bundle *bundle)
{
	struct ct_pool_reader *reader;
	bool found = false;

	mutex_lock(&pool->lock);
	list_for_each_entry(reader, &pool->readers, list) {
		/* Pairs with the release in ct_pool_put(). */
		if (smp_load_acquire(&reader->bundle) == bundle) {
			found = true;
			break;
		}
	}
	mutex_unlock(&pool->lock);
	return found;
}

static void drop(struct ct_pool *pool, struct ct_bundle *bundle)
{
	WRITE_ONCE(pool->memory, pool->memory - bundle->memory);
	ct_bundle_free(bundle);
}

/* What a driver does not take is not tested with it, and that is said. */
static void note_refused(const struct ct_bundle *bundle)
{
	unsigned int t;

	for (t = 0; bundle->refused && t < bundle->count; t++)
		if (bundle->transforms[t].refused)
			ct_subject_set_refusal(bundle->transforms[t].subject,
					       bundle->sa.key_len,
					       bundle->transforms[t].refused);
}

static struct ct_bundle *make(struct ct_pool *pool, struct ct_pool_group *group,
			      struct ct_bundle *old,
			      const struct ct_subject **failed)
{
	struct ct_bundle_spec spec = {
		.alg = group->alg,
		.subjects = group->subjects,
		.count = group->count,
		.seed = pool->seed,
		.number = group->next,
		.sizes = pool->sizes,
		.partial = group->filled,
		.old = old,
		.breather = pool->breather,
	};
	struct ct_bundle *bundle = ct_bundle_make(&spec, failed);

	if (!IS_ERR(bundle))
		note_refused(bundle);
	return bundle;
}

static void add_to_digest(struct ct_pool *pool, const struct ct_bundle *bundle)
{
	unsigned int i;

	for (i = 0; i < CT_SA_VECTORS; i++)
		ct_digest_add(&pool->digest, &bundle->vectors[i]);
}

static void fill(struct ct_pool *pool, struct ct_pool_group *group,
		 struct ct_bundle *bundle)
{
	add_to_digest(pool, bundle);
	WRITE_ONCE(pool->memory, pool->memory + bundle->memory);
	WRITE_ONCE(pool->vectors, pool->vectors + CT_SA_VECTORS);
	WRITE_ONCE(group->slots[group->filled], bundle);
	group->next++;
	/* Pairs with ct_pool_get(). */
	smp_store_release(&group->filled, group->filled + 1);
}

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
	if (in_use(pool, pool->retired))
		return false;
	audit(pool, pool->retired);
	return true;
}

static void drop_retired(struct ct_pool *pool)
{
	if (pool->retired)
		drop(pool, pool->retired);
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
			bundle = make(pool, &pool->groups[i], NULL, &failed);
			while (IS_ERR(bundle)) {
				WRITE_ONCE(pool->failed, pool->failed + 1);
				if (kthread_should_stop())
					return;
				rest(pool, HZ / 10);
				bundle = make(pool, &pool->groups[i], NULL,
					      &failed);
			}
			fill(pool, &pool->groups[i], bundle);
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
		bundle = make(pool, &pool->groups[i],
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

static int add_subject(struct ct_pool *pool, const struct ct_subject *subject,
		       unsigned int driver, unsigned int most)
{
	struct ct_pool_group *group;
	unsigned int i;

	for (i = 0; i < pool->count; i++)
		if (pool->groups[i].alg == subject->alg)
			break;
	group = &pool->groups[i];
	if (i == pool->count) {
		group->subjects = kcalloc(most, sizeof(*group->subjects),
					  GFP_KERNEL);
		group->drivers = kcalloc(most, sizeof(*group->drivers),
					 GFP_KERNEL);
		group->alg = subject->alg;
		pool->count++;
		if (!group->subjects || !group->drivers)
			return -ENOMEM;
	}
	group->subjects[group->count] = subject;
	group->drivers[group->count] = driver;
	group->count++;
	return 0;
}

static void remove_subject(struct ct_pool_group *group,
			   const struct ct_subject *subject)
{
	unsigned int from, to = 0;

	for (from = 0; from < group->count; from++) {
		if (group->subjects[from] == subject)
			continue;
		group->subjects[to] = group->subjects[from];
		group->drivers[to++] = group->drivers[from];
	}
	group->count = to;
}

/* The first bundle; subjects that fail are left out until it can be made. */
static int make_first(struct ct_pool *pool, struct ct_pool_group *group)
{
	const struct ct_subject *failed;
	struct ct_bundle *bundle;
	unsigned int t;

	while (group->count) {
		bundle = make(pool, group, NULL, &failed);
		if (!IS_ERR(bundle)) {
			for (t = 0; t < bundle->count; t++)
				pool->request_size =
					max(pool->request_size,
					    bundle->transforms[t].request_size);
			fill(pool, group, bundle);
			return 0;
		}
		if (!failed || PTR_ERR(bundle) == -ENOMEM)
			return PTR_ERR(bundle);
		ct_subject_set_broken(failed, PTR_ERR(bundle),
				      PTR_ERR(bundle) == -EPROTO ?
				      "its way of making IVs is not understood" :
				      "it cannot be given its keys");
		remove_subject(group, failed);
	}
	return -ENOENT;
}

static void remove_group(struct ct_pool *pool, unsigned int i)
{
	kfree(pool->groups[i].subjects);
	kfree(pool->groups[i].drivers);
	pool->count--;
	memmove(&pool->groups[i], &pool->groups[i + 1],
		(pool->count - i) * sizeof(pool->groups[i]));
	memset(&pool->groups[pool->count], 0, sizeof(pool->groups[i]));
}

/* Pointers into one array compare as their numbers do. */
static int by_algorithm(const void *a, const void *b)
{
	const struct ct_pool_group *one = a, *other = b;

	return one->alg < other->alg ? -1 : one->alg > other->alg;
}

int ct_pool_init(struct ct_pool *pool, const struct ct_subject *const *subjects,
		 const unsigned int *drivers, unsigned int count, u64 seed)
{
	unsigned int i;
	int err;

	mutex_init(&pool->lock);
	INIT_LIST_HEAD(&pool->readers);
	pool->seed = seed;
	ct_sha_init(&pool->digest, CT_SHA256);
	for (i = 0; i < count; i++) {
		err = add_subject(pool, subjects[i], drivers[i], count);
		if (err)
			goto fail;
	}
	sort(pool->groups, pool->count, sizeof(pool->groups[0]), by_algorithm,
	     NULL);
	for (i = 0; i < pool->count;) {
		err = make_first(pool, &pool->groups[i]);
		if (!err)
			i++;
		else if (err == -ENOENT)
			remove_group(pool, i);
		else
			goto fail;
		cond_resched();
	}
	err = -ENOENT;
	if (!pool->count)
		goto fail;
	for (i = 0; i < pool->count; i++)
		pool->groups[i].bit = BIT(i);
	pool->memory_planned = pool->memory * CT_POOL_SLOTS;
	return 0;
fail:
	ct_pool_free(pool);
	return err;
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

void ct_pool_free(struct ct_pool *pool)
{
	unsigned int i, slot;

	ct_pool_stop(pool);
	kvfree(pool->recheck);
	pool->recheck = NULL;
	ct_bundle_free(pool->retired);
	pool->retired = NULL;
	for (i = 0; i < pool->count; i++) {
		struct ct_pool_group *group = &pool->groups[i];

		for (slot = 0; slot < CT_POOL_SLOTS; slot++)
			ct_bundle_free(group->slots[slot]);
		kfree(group->subjects);
		kfree(group->drivers);
	}
	pool->count = 0;
	pool->memory = 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "vectors/pool.h"

void yt_pool_add_reader(struct yt_pool *pool, struct yt_pool_reader *reader)
{
	reader->test_sa = NULL;
	mutex_lock(&pool->lock);
	list_add_tail(&reader->list, &pool->readers);
	mutex_unlock(&pool->lock);
}

void yt_pool_remove_reader(struct yt_pool *pool, struct yt_pool_reader *reader)
{
	mutex_lock(&pool->lock);
	list_del_init(&reader->list);
	mutex_unlock(&pool->lock);
}

/* One draw in so many of authencesn stands. */
#define ESN_SHARE	4

struct yt_pool_group *yt_pool_draw(struct yt_pool *pool,
				   struct yt_random *random)
{
	struct yt_pool_group *group;

	group = &pool->groups[yt_random_below(random, pool->count)];
	if (group->alg->esn_behind && yt_random_below(random, ESN_SHARE))
		group = &pool->groups[yt_random_below(random, pool->count)];
	return group;
}

struct yt_test_sa *yt_pool_get(struct yt_pool_group *group,
			       struct yt_pool_reader *reader, u32 random)
{
	struct yt_test_sa *test_sa, **slot;
	unsigned int filled;

	/* Pairs with the release in fill(). */
	filled = smp_load_acquire(&group->filled);
	slot = &group->slots[random % filled];

	do {
		test_sa = READ_ONCE(*slot);
		WRITE_ONCE(reader->test_sa, test_sa);
		/*
		 * Pairs with the barrier in replace(): either the refresher
		 * sees this reader, or this sees that the test SA was replaced.
		 */
		smp_mb();
	} while (test_sa != READ_ONCE(*slot));
	return test_sa;
}

bool yt_pool_in_use(struct yt_pool *pool, const struct yt_test_sa *test_sa)
{
	struct yt_pool_reader *reader;
	bool found = false;

	mutex_lock(&pool->lock);
	list_for_each_entry(reader, &pool->readers, list) {
		/* Pairs with the release in yt_pool_put(). */
		if (smp_load_acquire(&reader->test_sa) == test_sa) {
			found = true;
			break;
		}
	}
	mutex_unlock(&pool->lock);
	return found;
}

void yt_pool_drop(struct yt_pool *pool, struct yt_test_sa *test_sa)
{
	WRITE_ONCE(pool->memory, pool->memory - test_sa->memory);
	yt_test_sa_free(test_sa);
}

/* A driver is not tested with parameters that it refuses, and that is reported. */
static void note_refused(const struct yt_test_sa *test_sa)
{
	unsigned int t;

	for (t = 0; test_sa->refused && t < test_sa->count; t++) {
		const struct yt_transform *transform = &test_sa->transforms[t];
		char what[32];

		if (!transform->refused)
			continue;
		if (transform->refused_icv)
			scnprintf(what, sizeof(what), "ICVs of %u bytes",
				  test_sa->sa.icv_len);
		else
			scnprintf(what, sizeof(what), "keys of %u bits",
				  8 * test_sa->sa.key_len);
		yt_driver_set_refusal(transform->driver, what,
				      transform->refused);
	}
}

struct yt_test_sa *yt_pool_make(struct yt_pool *pool,
				struct yt_pool_group *group,
				struct yt_test_sa *old,
				const struct yt_driver **failed)
{
	struct yt_test_sa_spec spec = {
		.alg = group->alg,
		.drivers = group->drivers,
		.count = group->count,
		.seed = pool->seed,
		.number = group->next,
		.sizes = pool->sizes,
		.partial = group->filled,
		.old = old,
		.yield_hook = pool->yield_hook,
	};
	struct yt_test_sa *test_sa = yt_test_sa_make(&spec, failed);

	if (!IS_ERR(test_sa))
		note_refused(test_sa);
	return test_sa;
}

static void add_to_digest(struct yt_pool *pool, const struct yt_test_sa *test_sa)
{
	unsigned int i;

	for (i = 0; i < YT_SA_VECTORS; i++)
		yt_digest_add(&pool->digest, &test_sa->vectors[i]);
}

void yt_pool_fill(struct yt_pool *pool, struct yt_pool_group *group,
		  struct yt_test_sa *test_sa)
{
	add_to_digest(pool, test_sa);
	WRITE_ONCE(pool->memory, pool->memory + test_sa->memory);
	WRITE_ONCE(pool->vectors, pool->vectors + YT_SA_VECTORS);
	WRITE_ONCE(group->slots[group->filled], test_sa);
	group->next++;
	/* Pairs with yt_pool_get(). */
	smp_store_release(&group->filled, group->filled + 1);
}

static int add_driver(struct yt_pool *pool, const struct yt_driver *driver,
		      unsigned int number, unsigned int most)
{
	struct yt_pool_group *group;
	unsigned int i;

	for (i = 0; i < pool->count; i++)
		if (pool->groups[i].alg == driver->alg)
			break;
	group = &pool->groups[i];
	if (i == pool->count) {
		group->drivers = kcalloc(most, sizeof(*group->drivers),
					 GFP_KERNEL);
		group->numbers = kcalloc(most, sizeof(*group->numbers),
					 GFP_KERNEL);
		group->alg = driver->alg;
		pool->count++;
		if (!group->drivers || !group->numbers)
			return -ENOMEM;
	}
	group->drivers[group->count] = driver;
	group->numbers[group->count] = number;
	group->count++;
	return 0;
}

static void remove_driver(struct yt_pool_group *group,
			  const struct yt_driver *driver)
{
	unsigned int from, to = 0;

	for (from = 0; from < group->count; from++) {
		if (group->drivers[from] == driver)
			continue;
		group->drivers[to] = group->drivers[from];
		group->numbers[to++] = group->numbers[from];
	}
	group->count = to;
}

/* The first test SA; drivers that fail are left out until it can be made. */
static int make_first(struct yt_pool *pool, struct yt_pool_group *group)
{
	const struct yt_driver *failed;
	struct yt_test_sa *test_sa;
	unsigned int t;

	while (group->count) {
		test_sa = yt_pool_make(pool, group, NULL, &failed);
		if (!IS_ERR(test_sa)) {
			for (t = 0; t < test_sa->count; t++)
				pool->request_size =
					max(pool->request_size,
					    test_sa->transforms[t].request_size);
			yt_pool_fill(pool, group, test_sa);
			return 0;
		}
		if (!failed || PTR_ERR(test_sa) == -ENOMEM)
			return PTR_ERR(test_sa);
		yt_driver_set_broken(failed, PTR_ERR(test_sa),
				     PTR_ERR(test_sa) == -EPROTO ?
				     "its way of making IVs is not understood" :
				     "it cannot be given its keys");
		remove_driver(group, failed);
	}
	return -ENOENT;
}

static void remove_group(struct yt_pool *pool, unsigned int i)
{
	kfree(pool->groups[i].drivers);
	kfree(pool->groups[i].numbers);
	pool->count--;
	memmove(&pool->groups[i], &pool->groups[i + 1],
		(pool->count - i) * sizeof(pool->groups[i]));
	memset(&pool->groups[pool->count], 0, sizeof(pool->groups[i]));
}

/* Pointers into one array compare like the indices. */
static int by_algorithm(const void *a, const void *b)
{
	const struct yt_pool_group *one = a, *other = b;

	return one->alg < other->alg ? -1 : one->alg > other->alg;
}

int yt_pool_init(struct yt_pool *pool, const struct yt_driver *const *drivers,
		 const unsigned int *numbers, unsigned int count, u64 seed)
{
	unsigned int i;
	int err;

	mutex_init(&pool->lock);
	INIT_LIST_HEAD(&pool->readers);
	pool->seed = seed;
	yt_sha_init(&pool->digest, YT_SHA256);
	for (i = 0; i < count; i++) {
		err = add_driver(pool, drivers[i], numbers[i], count);
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
	pool->memory_planned = pool->memory * YT_POOL_SLOTS;
	return 0;
fail:
	yt_pool_free(pool);
	return err;
}

void yt_pool_free(struct yt_pool *pool)
{
	unsigned int i, slot;

	kvfree(pool->recheck);
	pool->recheck = NULL;
	yt_test_sa_free(pool->retired);
	pool->retired = NULL;
	for (i = 0; i < pool->count; i++) {
		struct yt_pool_group *group = &pool->groups[i];

		for (slot = 0; slot < YT_POOL_SLOTS; slot++)
			yt_test_sa_free(group->slots[slot]);
		kfree(group->drivers);
		kfree(group->numbers);
	}
	pool->count = 0;
	pool->memory = 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "exercise/pool.h"
#include "exercise/refresh.h"

void yt_pool_add_reader(struct yt_pool *pool, struct yt_pool_reader *reader)
{
	reader->bundle = NULL;
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

struct yt_bundle *yt_pool_get(struct yt_pool_group *group,
			      struct yt_pool_reader *reader, u32 random)
{
	struct yt_bundle *bundle, **slot;
	unsigned int filled;

	/* Pairs with the release in fill(). */
	filled = smp_load_acquire(&group->filled);
	slot = &group->slots[random % filled];

	do {
		bundle = READ_ONCE(*slot);
		WRITE_ONCE(reader->bundle, bundle);
		/*
		 * Pairs with the barrier in replace(): either the refresher
		 * sees this reader, or this sees that the bundle was replaced.
		 */
		smp_mb();
	} while (bundle != READ_ONCE(*slot));
	return bundle;
}

bool yt_pool_in_use(struct yt_pool *pool, const struct yt_bundle *bundle)
{
	struct yt_pool_reader *reader;
	bool found = false;

	mutex_lock(&pool->lock);
	list_for_each_entry(reader, &pool->readers, list) {
		/* Pairs with the release in yt_pool_put(). */
		if (smp_load_acquire(&reader->bundle) == bundle) {
			found = true;
			break;
		}
	}
	mutex_unlock(&pool->lock);
	return found;
}

void yt_pool_drop(struct yt_pool *pool, struct yt_bundle *bundle)
{
	WRITE_ONCE(pool->memory, pool->memory - bundle->memory);
	yt_bundle_free(bundle);
}

/* A driver is not tested with parameters that it refuses, and that is reported. */
static void note_refused(const struct yt_bundle *bundle)
{
	unsigned int t;

	for (t = 0; bundle->refused && t < bundle->count; t++) {
		const struct yt_transform *transform = &bundle->transforms[t];
		char what[32];

		if (!transform->refused)
			continue;
		if (transform->refused_icv)
			scnprintf(what, sizeof(what), "ICVs of %u bytes",
				  bundle->sa.icv_len);
		else
			scnprintf(what, sizeof(what), "keys of %u bits",
				  8 * bundle->sa.key_len);
		yt_subject_set_refusal(transform->subject, what,
				       transform->refused);
	}
}

struct yt_bundle *yt_pool_make(struct yt_pool *pool,
			       struct yt_pool_group *group,
			       struct yt_bundle *old,
			       const struct yt_subject **failed)
{
	struct yt_bundle_spec spec = {
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
	struct yt_bundle *bundle = yt_bundle_make(&spec, failed);

	if (!IS_ERR(bundle))
		note_refused(bundle);
	return bundle;
}

static void add_to_digest(struct yt_pool *pool, const struct yt_bundle *bundle)
{
	unsigned int i;

	for (i = 0; i < YT_SA_VECTORS; i++)
		yt_digest_add(&pool->digest, &bundle->vectors[i]);
}

void yt_pool_fill(struct yt_pool *pool, struct yt_pool_group *group,
		  struct yt_bundle *bundle)
{
	add_to_digest(pool, bundle);
	WRITE_ONCE(pool->memory, pool->memory + bundle->memory);
	WRITE_ONCE(pool->vectors, pool->vectors + YT_SA_VECTORS);
	WRITE_ONCE(group->slots[group->filled], bundle);
	group->next++;
	/* Pairs with yt_pool_get(). */
	smp_store_release(&group->filled, group->filled + 1);
}

static int add_subject(struct yt_pool *pool, const struct yt_subject *subject,
		       unsigned int driver, unsigned int most)
{
	struct yt_pool_group *group;
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

static void remove_subject(struct yt_pool_group *group,
			   const struct yt_subject *subject)
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
static int make_first(struct yt_pool *pool, struct yt_pool_group *group)
{
	const struct yt_subject *failed;
	struct yt_bundle *bundle;
	unsigned int t;

	while (group->count) {
		bundle = yt_pool_make(pool, group, NULL, &failed);
		if (!IS_ERR(bundle)) {
			for (t = 0; t < bundle->count; t++)
				pool->request_size =
					max(pool->request_size,
					    bundle->transforms[t].request_size);
			yt_pool_fill(pool, group, bundle);
			return 0;
		}
		if (!failed || PTR_ERR(bundle) == -ENOMEM)
			return PTR_ERR(bundle);
		yt_subject_set_broken(failed, PTR_ERR(bundle),
				      PTR_ERR(bundle) == -EPROTO ?
				      "its way of making IVs is not understood" :
				      "it cannot be given its keys");
		remove_subject(group, failed);
	}
	return -ENOENT;
}

static void remove_group(struct yt_pool *pool, unsigned int i)
{
	kfree(pool->groups[i].subjects);
	kfree(pool->groups[i].drivers);
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

int yt_pool_init(struct yt_pool *pool, const struct yt_subject *const *subjects,
		 const unsigned int *drivers, unsigned int count, u64 seed)
{
	unsigned int i;
	int err;

	mutex_init(&pool->lock);
	INIT_LIST_HEAD(&pool->readers);
	pool->seed = seed;
	yt_sha_init(&pool->digest, YT_SHA256);
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
	pool->memory_planned = pool->memory * YT_POOL_SLOTS;
	return 0;
fail:
	yt_pool_free(pool);
	return err;
}

void yt_pool_free(struct yt_pool *pool)
{
	unsigned int i, slot;

	yt_pool_stop(pool);
	kvfree(pool->recheck);
	pool->recheck = NULL;
	yt_bundle_free(pool->retired);
	pool->retired = NULL;
	for (i = 0; i < pool->count; i++) {
		struct yt_pool_group *group = &pool->groups[i];

		for (slot = 0; slot < YT_POOL_SLOTS; slot++)
			yt_bundle_free(group->slots[slot]);
		kfree(group->subjects);
		kfree(group->drivers);
	}
	pool->count = 0;
	pool->memory = 0;
}

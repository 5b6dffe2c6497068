// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "evidence/compare.h"
#include "vectors/test_sa.h"

#define STREAM_SIZES	0x51e50000

static void yield_between(const struct yt_yield_hook *yield_hook)
{
	if (yield_hook->call)
		yield_hook->call(yield_hook->data);
	else
		cond_resched();
}

/* Images begin on a boundary that suits every copy. */
static size_t room(size_t len)
{
	return ALIGN(len, 16);
}

/* Apart from the vector's own numbers, so that only the length differs. */
static unsigned int draw_size(const struct yt_test_sa_spec *spec, u64 index)
{
	struct yt_random random;

	if (!spec->sizes || !spec->sizes->count)
		return 0;
	yt_random_init(&random, spec->seed, STREAM_SIZES + (spec->alg -
							     yt_algorithms),
		       index);
	return yt_sizes_draw(spec->sizes, &random);
}

static void shape(struct yt_test_sa *test_sa, const struct yt_test_sa_spec *spec)
{
	u64 first = spec->number * YT_SA_VECTORS;
	unsigned int i;

	for (i = 0; i < YT_SA_VECTORS; i++) {
		struct yt_vector *vector = &test_sa->vectors[i];
		unsigned int len = spec->payload_len ?
				   spec->payload_len :
				   draw_size(spec, first + i);

		if (len)
			yt_vector_shape_sized(vector, &test_sa->sa, first + i,
					      len);
		else
			yt_vector_shape(vector, &test_sa->sa, first + i);
	}
}

static int make_images(struct yt_test_sa *test_sa,
		       const struct yt_test_sa_spec *spec,
		       const struct yt_seal_key *key)
{
	size_t size = 0;
	unsigned int i;
	u8 *next;

	for (i = 0; i < YT_SA_VECTORS; i++)
		size += room(yt_vector_plain_len(&test_sa->vectors[i])) +
			room(yt_vector_sealed_len(&test_sa->vectors[i]));
	test_sa->images = kvmalloc(size, GFP_KERNEL);
	if (!test_sa->images)
		return -ENOMEM;
	test_sa->memory += size;

	next = test_sa->images;
	for (i = 0; i < YT_SA_VECTORS; i++) {
		struct yt_vector *vector = &test_sa->vectors[i];

		vector->plain = next;
		next += room(yt_vector_plain_len(vector));
		vector->sealed = next;
		next += room(yt_vector_sealed_len(vector));
		yt_vector_fill(vector, &test_sa->sa);
		yt_seal(vector, &test_sa->sa, key);
		yield_between(&spec->yield_hook);
	}
	return 0;
}

/* Each driver chose a salt of its own, so each has its own expected results. */
static int make_chained(struct yt_test_sa *test_sa,
			const struct yt_test_sa_spec *spec,
			const struct yt_seal_key *key)
{
	size_t slots = (size_t)test_sa->count * YT_SA_VECTORS;
	size_t size = slots * sizeof(*test_sa->chained);
	u8 derived[YT_MAX_IV];
	unsigned int i, t;
	u8 *next;

	for (i = 0; i < YT_SA_VECTORS; i++)
		size += test_sa->count *
			room(yt_vector_sealed_len(&test_sa->vectors[i]));
	test_sa->chained = kvmalloc(size, GFP_KERNEL);
	if (!test_sa->chained)
		return -ENOMEM;
	test_sa->memory += size;

	next = (u8 *)(test_sa->chained + slots);
	for (t = 0; t < test_sa->count; t++)
		for (i = 0; i < YT_SA_VECTORS; i++) {
			struct yt_vector *vector = &test_sa->vectors[i];

			yt_transform_derived_iv(&test_sa->transforms[t], vector,
						derived);
			yt_seal_chained(vector, &test_sa->sa, key, derived,
					next);
			test_sa->chained[t * YT_SA_VECTORS + i] = next;
			next += room(yt_vector_sealed_len(vector));
			yield_between(&spec->yield_hook);
		}
	return 0;
}

static int make_transform(struct yt_transform *transform,
			  const struct yt_test_sa *test_sa,
			  const struct yt_test_sa_spec *spec, unsigned int t,
			  const struct yt_seal_key *key)
{
	int err;

	/* A driver that was left out may support these keys. */
	if (!spec->old || spec->old->transforms[t].refused)
		return yt_transform_make(transform, spec->drivers[t],
					 &test_sa->sa, key);
	*transform = spec->old->transforms[t];
	spec->old->transforms[t].aead = NULL;
	spec->old->transforms[t].skcipher = NULL;
	err = yt_transform_rekey(transform, &test_sa->sa, key);
	if (err)
		yt_transform_free(transform);
	return err;
}

static int make_transforms(struct yt_test_sa *test_sa,
			   const struct yt_test_sa_spec *spec,
			   const struct yt_seal_key *key,
			   const struct yt_driver **failed)
{
	unsigned int t;
	int err;

	for (t = 0; t < spec->count; t++) {
		struct yt_transform *transform = &test_sa->transforms[t];

		err = make_transform(transform, test_sa, spec, t, key);
		if (err && spec->partial && transform->refused) {
			test_sa->refused++;
		} else if (err) {
			*failed = spec->drivers[t];
			return err;
		}
		/* So that yt_test_sa_free() frees just what was made. */
		test_sa->count = t + 1;
		test_sa->memory += transform->memory;
		yield_between(&spec->yield_hook);
	}
	return test_sa->refused && test_sa->refused == test_sa->count ? -EINVAL : 0;
}

struct yt_test_sa *yt_test_sa_make(const struct yt_test_sa_spec *spec,
				   const struct yt_driver **failed)
{
	struct yt_seal_key *key;
	struct yt_test_sa *test_sa;
	size_t size;
	int err = -ENOMEM;

	*failed = NULL;
	size = struct_size(test_sa, transforms, spec->count);
	test_sa = kvzalloc(size, GFP_KERNEL);
	key = kmalloc(sizeof(*key), GFP_KERNEL);
	if (!test_sa || !key)
		goto fail;
	test_sa->memory = size;
	test_sa->cpu = raw_smp_processor_id();
	yt_sa_make(&test_sa->sa, spec->alg, spec->seed, spec->number);
	err = yt_seal_setkey(key, &test_sa->sa);
	if (err)
		goto fail;
	shape(test_sa, spec);
	err = make_images(test_sa, spec, key);
	if (err)
		goto fail;
	err = make_transforms(test_sa, spec, key, failed);
	if (err)
		goto fail;
	if (spec->alg->form == YT_FORM_ECHAINIV) {
		err = make_chained(test_sa, spec, key);
		if (err)
			goto fail;
	}
	kfree(key);
	return test_sa;
fail:
	kfree(key);
	yt_test_sa_free(test_sa);
	return ERR_PTR(err);
}

bool yt_test_sa_recheck(const struct yt_test_sa *test_sa,
			struct yt_recheck *memory,
			struct yt_disagreement *found)
{
	unsigned int i;

	if (yt_seal_setkey(&memory->key, &test_sa->sa))
		return true;
	for (i = 0; i < YT_SA_VECTORS; i++) {
		struct yt_vector again = test_sa->vectors[i];

		again.sealed = memory->image;
		yt_seal(&again, &test_sa->sa, &memory->key);
		if (!yt_same(test_sa->vectors[i].sealed, again.sealed,
			     yt_vector_sealed_len(&again))) {
			found->test_sa = test_sa;
			found->vector = i;
			found->again = memory->image;
			found->cpu = raw_smp_processor_id();
			return false;
		}
		yield_between(&memory->yield_hook);
	}
	return true;
}

bool yt_test_sa_agree(const struct yt_test_sa *one, const struct yt_test_sa *other,
		      unsigned int vector)
{
	const struct yt_vector *a = &one->vectors[vector];
	const struct yt_vector *b = &other->vectors[vector];

	return yt_vector_plain_len(a) == yt_vector_plain_len(b) &&
	       yt_vector_sealed_len(a) == yt_vector_sealed_len(b) &&
	       yt_same(a->plain, b->plain, yt_vector_plain_len(a)) &&
	       yt_same(a->sealed, b->sealed, yt_vector_sealed_len(a)) &&
	       yt_same(a->iv_after, b->iv_after, YT_MAX_IV);
}

void yt_test_sa_free(struct yt_test_sa *test_sa)
{
	unsigned int t;

	if (!test_sa)
		return;
	for (t = 0; t < test_sa->count; t++)
		yt_transform_free(&test_sa->transforms[t]);
	kvfree(test_sa->chained);
	kvfree(test_sa->images);
	kvfree(test_sa);
}

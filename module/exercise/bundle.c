// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "evidence/compare.h"
#include "exercise/bundle.h"

#define STREAM_SIZES	0x51e50000

static void breathe(const struct yt_breather *breather)
{
	if (breather->take)
		breather->take(breather->data);
	else
		cond_resched();
}

/* Images begin on a boundary that suits every copy. */
static size_t room(size_t len)
{
	return ALIGN(len, 16);
}

/* Apart from the vector's own numbers, so that only the length differs. */
static unsigned int draw_size(const struct yt_bundle_spec *spec, u64 index)
{
	struct yt_random random;

	if (!spec->sizes || !spec->sizes->count)
		return 0;
	yt_random_init(&random, spec->seed, STREAM_SIZES + (spec->alg -
							     yt_algorithms),
		       index);
	return yt_sizes_draw(spec->sizes, &random);
}

static void shape(struct yt_bundle *bundle, const struct yt_bundle_spec *spec)
{
	u64 first = spec->number * YT_SA_VECTORS;
	unsigned int i;

	for (i = 0; i < YT_SA_VECTORS; i++) {
		struct yt_vector *vector = &bundle->vectors[i];
		unsigned int len = spec->payload_len ?
				   spec->payload_len :
				   draw_size(spec, first + i);

		if (len)
			yt_vector_shape_sized(vector, &bundle->sa, first + i,
					      len);
		else
			yt_vector_shape(vector, &bundle->sa, first + i);
	}
}

static int make_images(struct yt_bundle *bundle,
		       const struct yt_bundle_spec *spec,
		       const struct yt_seal_key *key)
{
	size_t size = 0;
	unsigned int i;
	u8 *next;

	for (i = 0; i < YT_SA_VECTORS; i++)
		size += room(yt_vector_plain_len(&bundle->vectors[i])) +
			room(yt_vector_sealed_len(&bundle->vectors[i]));
	bundle->images = kvmalloc(size, GFP_KERNEL);
	if (!bundle->images)
		return -ENOMEM;
	bundle->memory += size;

	next = bundle->images;
	for (i = 0; i < YT_SA_VECTORS; i++) {
		struct yt_vector *vector = &bundle->vectors[i];

		vector->plain = next;
		next += room(yt_vector_plain_len(vector));
		vector->sealed = next;
		next += room(yt_vector_sealed_len(vector));
		yt_vector_fill(vector, &bundle->sa);
		yt_seal(vector, &bundle->sa, key);
		breathe(&spec->breather);
	}
	return 0;
}

/* Each driver chose a salt of its own, so each has its own expected results. */
static int make_chained(struct yt_bundle *bundle,
			const struct yt_bundle_spec *spec,
			const struct yt_seal_key *key)
{
	size_t slots = (size_t)bundle->count * YT_SA_VECTORS;
	size_t size = slots * sizeof(*bundle->chained);
	u8 derived[YT_MAX_IV];
	unsigned int i, t;
	u8 *next;

	for (i = 0; i < YT_SA_VECTORS; i++)
		size += bundle->count *
			room(yt_vector_sealed_len(&bundle->vectors[i]));
	bundle->chained = kvmalloc(size, GFP_KERNEL);
	if (!bundle->chained)
		return -ENOMEM;
	bundle->memory += size;

	next = (u8 *)(bundle->chained + slots);
	for (t = 0; t < bundle->count; t++)
		for (i = 0; i < YT_SA_VECTORS; i++) {
			struct yt_vector *vector = &bundle->vectors[i];

			yt_transform_derived_iv(&bundle->transforms[t], vector,
						derived);
			yt_seal_chained(vector, &bundle->sa, key, derived,
					next);
			bundle->chained[t * YT_SA_VECTORS + i] = next;
			next += room(yt_vector_sealed_len(vector));
			breathe(&spec->breather);
		}
	return 0;
}

static int make_transform(struct yt_transform *transform,
			  const struct yt_bundle *bundle,
			  const struct yt_bundle_spec *spec, unsigned int t,
			  const struct yt_seal_key *key)
{
	int err;

	/* A driver that was left out may support these keys. */
	if (!spec->old || spec->old->transforms[t].refused)
		return yt_transform_make(transform, spec->subjects[t],
					 &bundle->sa, key);
	*transform = spec->old->transforms[t];
	spec->old->transforms[t].aead = NULL;
	spec->old->transforms[t].skcipher = NULL;
	err = yt_transform_rekey(transform, &bundle->sa, key);
	if (err)
		yt_transform_free(transform);
	return err;
}

static int make_transforms(struct yt_bundle *bundle,
			   const struct yt_bundle_spec *spec,
			   const struct yt_seal_key *key,
			   const struct yt_subject **failed)
{
	unsigned int t;
	int err;

	for (t = 0; t < spec->count; t++) {
		struct yt_transform *transform = &bundle->transforms[t];

		err = make_transform(transform, bundle, spec, t, key);
		if (err && spec->partial && transform->refused) {
			bundle->refused++;
		} else if (err) {
			*failed = spec->subjects[t];
			return err;
		}
		/* So that yt_bundle_free() frees just what was made. */
		bundle->count = t + 1;
		bundle->memory += transform->memory;
		breathe(&spec->breather);
	}
	return bundle->refused && bundle->refused == bundle->count ? -EINVAL : 0;
}

struct yt_bundle *yt_bundle_make(const struct yt_bundle_spec *spec,
				 const struct yt_subject **failed)
{
	struct yt_seal_key *key;
	struct yt_bundle *bundle;
	size_t size;
	int err = -ENOMEM;

	*failed = NULL;
	size = struct_size(bundle, transforms, spec->count);
	bundle = kvzalloc(size, GFP_KERNEL);
	key = kmalloc(sizeof(*key), GFP_KERNEL);
	if (!bundle || !key)
		goto fail;
	bundle->memory = size;
	bundle->cpu = raw_smp_processor_id();
	yt_sa_make(&bundle->sa, spec->alg, spec->seed, spec->number);
	err = yt_seal_setkey(key, &bundle->sa);
	if (err)
		goto fail;
	shape(bundle, spec);
	err = make_images(bundle, spec, key);
	if (err)
		goto fail;
	err = make_transforms(bundle, spec, key, failed);
	if (err)
		goto fail;
	if (spec->alg->form == YT_FORM_ECHAINIV) {
		err = make_chained(bundle, spec, key);
		if (err)
			goto fail;
	}
	kfree(key);
	return bundle;
fail:
	kfree(key);
	yt_bundle_free(bundle);
	return ERR_PTR(err);
}

bool yt_bundle_recheck(const struct yt_bundle *bundle,
		       struct yt_recheck *memory,
		       struct yt_disagreement *found)
{
	unsigned int i;

	if (yt_seal_setkey(&memory->key, &bundle->sa))
		return true;
	for (i = 0; i < YT_SA_VECTORS; i++) {
		struct yt_vector again = bundle->vectors[i];

		again.sealed = memory->image;
		yt_seal(&again, &bundle->sa, &memory->key);
		if (!yt_same(bundle->vectors[i].sealed, again.sealed,
			     yt_vector_sealed_len(&again))) {
			found->bundle = bundle;
			found->vector = i;
			found->again = memory->image;
			found->cpu = raw_smp_processor_id();
			return false;
		}
		breathe(&memory->breather);
	}
	return true;
}

bool yt_bundle_agree(const struct yt_bundle *one, const struct yt_bundle *other,
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

void yt_bundle_free(struct yt_bundle *bundle)
{
	unsigned int t;

	if (!bundle)
		return;
	for (t = 0; t < bundle->count; t++)
		yt_transform_free(&bundle->transforms[t]);
	kvfree(bundle->chained);
	kvfree(bundle->images);
	kvfree(bundle);
}

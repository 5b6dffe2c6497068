// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "evidence/compare.h"
#include "exercise/bundle.h"

#define STREAM_SIZES	0x51e50000

static void breathe(const struct ct_breather *breather)
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
static unsigned int draw_size(const struct ct_bundle_spec *spec, u64 index)
{
	struct ct_random random;

	if (!spec->sizes || !spec->sizes->count)
		return 0;
	ct_random_init(&random, spec->seed, STREAM_SIZES + (spec->alg -
							     ct_algorithms),
		       index);
	return ct_sizes_draw(spec->sizes, &random);
}

static void shape(struct ct_bundle *bundle, const struct ct_bundle_spec *spec)
{
	u64 first = spec->number * CT_SA_VECTORS;
	unsigned int i;

	for (i = 0; i < CT_SA_VECTORS; i++) {
		struct ct_vector *vector = &bundle->vectors[i];
		unsigned int len = spec->payload_len ?
				   spec->payload_len :
				   draw_size(spec, first + i);

		if (len)
			ct_vector_shape_sized(vector, &bundle->sa, first + i,
					      len);
		else
			ct_vector_shape(vector, &bundle->sa, first + i);
	}
}

static int make_images(struct ct_bundle *bundle,
		       const struct ct_bundle_spec *spec,
		       const struct ct_seal_key *key)
{
	size_t size = 0;
	unsigned int i;
	u8 *next;

	for (i = 0; i < CT_SA_VECTORS; i++)
		size += room(ct_vector_plain_len(&bundle->vectors[i])) +
			room(ct_vector_sealed_len(&bundle->vectors[i]));
	bundle->images = kvmalloc(size, GFP_KERNEL);
	if (!bundle->images)
		return -ENOMEM;
	bundle->memory += size;

	next = bundle->images;
	for (i = 0; i < CT_SA_VECTORS; i++) {
		struct ct_vector *vector = &bundle->vectors[i];

		vector->plain = next;
		next += room(ct_vector_plain_len(vector));
		vector->sealed = next;
		next += room(ct_vector_sealed_len(vector));
		ct_vector_fill(vector, &bundle->sa);
		ct_seal(vector, &bundle->sa, key);
		breathe(&spec->breather);
	}
	return 0;
}

/* Each driver chose a salt of its own, so each has its own expected results. */
static int make_chained(struct ct_bundle *bundle,
			const struct ct_bundle_spec *spec,
			const struct ct_seal_key *key)
{
	size_t slots = (size_t)bundle->count * CT_SA_VECTORS;
	size_t size = slots * sizeof(*bundle->chained);
	u8 derived[CT_MAX_IV];
	unsigned int i, t;
	u8 *next;

	for (i = 0; i < CT_SA_VECTORS; i++)
		size += bundle->count *
			room(ct_vector_sealed_len(&bundle->vectors[i]));
	bundle->chained = kvmalloc(size, GFP_KERNEL);
	if (!bundle->chained)
		return -ENOMEM;
	bundle->memory += size;

	next = (u8 *)(bundle->chained + slots);
	for (t = 0; t < bundle->count; t++)
		for (i = 0; i < CT_SA_VECTORS; i++) {
			struct ct_vector *vector = &bundle->vectors[i];

			ct_transform_derived_iv(&bundle->transforms[t], vector,
						derived);
			ct_seal_chained(vector, &bundle->sa, key, derived,
					next);
			bundle->chained[t * CT_SA_VECTORS + i] = next;
			next += room(ct_vector_sealed_len(vector));
			breathe(&spec->breather);
		}
	return 0;
}

static int make_transform(struct ct_transform *transform,
			  const struct ct_bundle *bundle,
			  const struct ct_bundle_spec *spec, unsigned int t,
			  const struct ct_seal_key *key)
{
	int err;

	/* One that was left out may take these keys. */
	if (!spec->old || spec->old->transforms[t].refused)
		return ct_transform_make(transform, spec->subjects[t],
					 &bundle->sa, key);
	*transform = spec->old->transforms[t];
	spec->old->transforms[t].aead = NULL;
	spec->old->transforms[t].skcipher = NULL;
	err = ct_transform_rekey(transform, &bundle->sa, key);
	if (err)
		ct_transform_free(transform);
	return err;
}

static int make_transforms(struct ct_bundle *bundle,
			   const struct ct_bundle_spec *spec,
			   const struct ct_seal_key *key,
			   const struct ct_subject **failed)
{
	unsigned int t;
	int err;

	for (t = 0; t < spec->count; t++) {
		struct ct_transform *transform = &bundle->transforms[t];

		err = make_transform(transform, bundle, spec, t, key);
		if (err && spec->partial && transform->refused) {
			bundle->refused++;
		} else if (err) {
			*failed = spec->subjects[t];
			return err;
		}
		/* So that ct_bundle_free() frees just what was made. */
		bundle->count = t + 1;
		bundle->memory += transform->memory;
		breathe(&spec->breather);
	}
	return bundle->refused && bundle->refused == bundle->count ? -EINVAL : 0;
}

struct ct_bundle *ct_bundle_make(const struct ct_bundle_spec *spec,
				 const struct ct_subject **failed)
{
	struct ct_seal_key *key;
	struct ct_bundle *bundle;
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
	ct_sa_make(&bundle->sa, spec->alg, spec->seed, spec->number);
	err = ct_seal_setkey(key, &bundle->sa);
	if (err)
		goto fail;
	shape(bundle, spec);
	err = make_images(bundle, spec, key);
	if (err)
		goto fail;
	err = make_transforms(bundle, spec, key, failed);
	if (err)
		goto fail;
	if (spec->alg->form == CT_FORM_ECHAINIV) {
		err = make_chained(bundle, spec, key);
		if (err)
			goto fail;
	}
	kfree(key);
	return bundle;
fail:
	kfree(key);
	ct_bundle_free(bundle);
	return ERR_PTR(err);
}

bool ct_bundle_recheck(const struct ct_bundle *bundle,
		       struct ct_recheck *memory,
		       struct ct_disagreement *found)
{
	unsigned int i;

	if (ct_seal_setkey(&memory->key, &bundle->sa))
		return true;
	for (i = 0; i < CT_SA_VECTORS; i++) {
		struct ct_vector again = bundle->vectors[i];

		again.sealed = memory->image;
		ct_seal(&again, &bundle->sa, &memory->key);
		if (!ct_same(bundle->vectors[i].sealed, again.sealed,
			     ct_vector_sealed_len(&again))) {
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

bool ct_bundle_agree(const struct ct_bundle *one, const struct ct_bundle *other,
		     unsigned int vector)
{
	const struct ct_vector *a = &one->vectors[vector];
	const struct ct_vector *b = &other->vectors[vector];

	return ct_vector_plain_len(a) == ct_vector_plain_len(b) &&
	       ct_vector_sealed_len(a) == ct_vector_sealed_len(b) &&
	       ct_same(a->plain, b->plain, ct_vector_plain_len(a)) &&
	       ct_same(a->sealed, b->sealed, ct_vector_sealed_len(a)) &&
	       ct_same(a->iv_after, b->iv_after, CT_MAX_IV);
}

void ct_bundle_free(struct ct_bundle *bundle)
{
	unsigned int t;

	if (!bundle)
		return;
	for (t = 0; t < bundle->count; t++)
		ct_transform_free(&bundle->transforms[t]);
	kvfree(bundle->chained);
	kvfree(bundle->images);
	kvfree(bundle);
}

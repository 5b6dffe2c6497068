/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bundle is one SA ready for use: its vectors with their expected results,
 * and a keyed transform of every subject of the algorithm. Read-only once made.
 */
#ifndef CRYPTORTURE_EXERCISE_BUNDLE_H
#define CRYPTORTURE_EXERCISE_BUNDLE_H

#include "exercise/transform.h"
#include "packet/sizes.h"
#include "packet/vector.h"

/**
 * struct yt_bundle - an SA ready for use
 * @sa: its keys
 * @vectors: the cases
 * @images: memory of all images
 * @chained: where the IV is the driver's own choice (echainiv): the sealed
 *	     images, by transform and vector; else NULL
 * @wrong: by vector: mismatches of operations with it
 * @memory: bytes held
 * @cpu: on which the expected results were computed
 * @count: how many transforms
 * @refused: how many of them did not take the keys
 * @transforms: in the order of the subjects
 */
struct yt_bundle {
	struct yt_sa sa;
	struct yt_vector vectors[YT_SA_VECTORS];
	u8 *images;
	u8 **chained;
	atomic_t wrong[YT_SA_VECTORS];
	size_t memory;
	unsigned int cpu;
	unsigned int count;
	unsigned int refused;
	struct yt_transform transforms[];
};

/**
 * struct yt_breather - yield hook of code that would hold the CPU for long
 * @take: called after each vector or transform, may sleep; NULL: cond_resched()
 * @data: for @take
 */
struct yt_breather {
	void (*take)(void *data);
	void *data;
};

/**
 * struct yt_bundle_spec - which bundle
 * @alg: the algorithm
 * @subjects: the drivers that get a transform
 * @count: how many
 * @seed: of the run
 * @number: of the SA
 * @payload_len: the same for all vectors, for benchmarks; 0: as the seed says
 * @sizes: lengths to draw from when @payload_len is 0; NULL for any
 * @partial: a driver that does not take the keys is left out, unless none does
 * @old: of the same subjects, and not in use: its transforms get the new keys, and are
 *	 owned by the new bundle, on failure too; or NULL
 * @breather: for those who may not have the CPU that long
 */
struct yt_bundle_spec {
	const struct yt_algorithm *alg;
	const struct yt_subject *const *subjects;
	unsigned int count;
	u64 seed;
	u64 number;
	unsigned int payload_len;
	const struct yt_sizes *sizes;
	bool partial;
	struct yt_bundle *old;
	struct yt_breather breather;
};

/**
 * yt_bundle_make() - make keys, vectors, expected results and transforms
 * @spec: which
 * @failed: the subject whose driver failed; else NULL
 *
 * Process context; takes milliseconds, and what @spec->breather takes.
 *
 * Return: the bundle, or an error pointer: -ENOMEM, or as
 * yt_transform_make().
 */
struct yt_bundle *yt_bundle_make(const struct yt_bundle_spec *spec,
				 const struct yt_subject **failed);
void yt_bundle_free(struct yt_bundle *bundle);

/**
 * struct yt_recheck - memory for computing expected results again
 * @key: expanded
 * @image: YT_MAX_IMAGE bytes
 * @breather: for those who may not have the CPU that long
 */
struct yt_recheck {
	struct yt_seal_key key;
	u8 image[YT_MAX_IMAGE];
	struct yt_breather breather;
};

/**
 * struct yt_disagreement - an expected result that came out differently
 * @bundle: what it is part of, with the first result
 * @vector: number of the vector in it
 * @again: the second result
 * @cpu: which computed the second
 */
struct yt_disagreement {
	const struct yt_bundle *bundle;
	unsigned int vector;
	const u8 *again;
	unsigned int cpu;
};

/**
 * yt_bundle_recheck() - compute the expected results once more
 * @bundle: in use or not
 * @memory: to do it in
 * @found: the first result that came out differently
 *
 * Process context; takes milliseconds, and what its breather takes. On the CPU
 * that it is called on, which should not be bundle->cpu.
 *
 * Return: true when all agree.
 */
bool yt_bundle_recheck(const struct yt_bundle *bundle,
		       struct yt_recheck *memory,
		       struct yt_disagreement *found);

/**
 * yt_bundle_agree() - is this case the same in both?
 * @one: a bundle
 * @other: of the same algorithm
 * @vector: number of the vector
 *
 * Any context. Return: true when packet and expected result are the same.
 */
bool yt_bundle_agree(const struct yt_bundle *one, const struct yt_bundle *other,
		     unsigned int vector);

/* The expected output of this transform for this vector. */
static inline const u8 *yt_bundle_sealed(const struct yt_bundle *bundle,
					 unsigned int transform,
					 unsigned int vector)
{
	if (bundle->chained)
		return bundle->chained[transform * YT_SA_VECTORS + vector];
	return bundle->vectors[vector].sealed;
}

#endif /* CRYPTORTURE_EXERCISE_BUNDLE_H */

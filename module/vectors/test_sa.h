/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test SA is one SA ready for use: its vectors with their expected results,
 * and a transform with its key set of every driver of the algorithm. Read-only once made.
 */
#ifndef CRYPTORTURE_VECTORS_TEST_SA_H
#define CRYPTORTURE_VECTORS_TEST_SA_H

#include "packet/sizes.h"
#include "packet/vector.h"
#include "vectors/transform.h"

/**
 * struct yt_test_sa - an SA ready for use
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
 * @transforms: in the order of the drivers
 */
struct yt_test_sa {
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
 * struct yt_yield_hook - yield hook of code that would hold the CPU for long
 * @call: called after each vector or transform, may sleep; NULL: cond_resched()
 * @data: for @call
 */
struct yt_yield_hook {
	void (*call)(void *data);
	void *data;
};

/**
 * struct yt_test_sa_spec - which test SA
 * @alg: the algorithm
 * @drivers: the drivers that get a transform
 * @count: how many
 * @seed: of the run
 * @number: of the SA
 * @payload_len: the same for all vectors, for benchmarks; 0: as the seed says
 * @sizes: lengths to draw from when @payload_len is 0; NULL for any
 * @partial: a driver that does not take the keys is left out, unless none does
 * @old: of the same drivers, and not in use: its transforms get fresh key schedules, and are
 *	 owned by the new test SA, on failure too; or NULL
 * @yield_hook: for callers that may not hold the CPU that long
 */
struct yt_test_sa_spec {
	const struct yt_algorithm *alg;
	const struct yt_driver *const *drivers;
	unsigned int count;
	u64 seed;
	u64 number;
	unsigned int payload_len;
	const struct yt_sizes *sizes;
	bool partial;
	struct yt_test_sa *old;
	struct yt_yield_hook yield_hook;
};

/**
 * yt_test_sa_make() - make keys, vectors, expected results and transforms
 * @spec: which
 * @failed: the driver that failed; else NULL
 *
 * Process context; takes milliseconds, and what @spec->yield_hook takes.
 *
 * Return: the test SA, or an error pointer: -ENOMEM, or as
 * yt_transform_make().
 */
struct yt_test_sa *yt_test_sa_make(const struct yt_test_sa_spec *spec,
				   const struct yt_driver **failed);
void yt_test_sa_free(struct yt_test_sa *test_sa);

/**
 * struct yt_recheck - memory for computing expected results again
 * @key: expanded
 * @image: YT_MAX_IMAGE bytes
 * @yield_hook: for callers that may not hold the CPU that long
 */
struct yt_recheck {
	struct yt_seal_key key;
	u8 image[YT_MAX_IMAGE];
	struct yt_yield_hook yield_hook;
};

/**
 * struct yt_disagreement - an expected result that came out differently
 * @test_sa: what it is part of, with the first result
 * @vector: number of the vector in it
 * @again: the second result
 * @cpu: which computed the second
 */
struct yt_disagreement {
	const struct yt_test_sa *test_sa;
	unsigned int vector;
	const u8 *again;
	unsigned int cpu;
};

/**
 * yt_test_sa_recheck() - compute the expected results once more
 * @test_sa: in use or not
 * @memory: to do it in
 * @found: the first result that came out differently
 *
 * Process context; takes milliseconds, and what its yield hook takes. On the CPU
 * that it is called on, which should not be test_sa->cpu.
 *
 * Return: true when all agree.
 */
bool yt_test_sa_recheck(const struct yt_test_sa *test_sa,
			struct yt_recheck *memory,
			struct yt_disagreement *found);

/**
 * yt_test_sa_agree() - is this case the same in both?
 * @one: a test SA
 * @other: of the same algorithm
 * @vector: number of the vector
 *
 * Any context. Return: true when packet and expected result are the same.
 */
bool yt_test_sa_agree(const struct yt_test_sa *one, const struct yt_test_sa *other,
		      unsigned int vector);

/* The expected output of this transform for this vector. */
static inline const u8 *yt_test_sa_sealed(const struct yt_test_sa *test_sa,
					  unsigned int transform,
					  unsigned int vector)
{
	if (test_sa->chained)
		return test_sa->chained[transform * YT_SA_VECTORS + vector];
	return test_sa->vectors[vector].sealed;
}

#endif /* CRYPTORTURE_VECTORS_TEST_SA_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chain: a packet is encrypted, that result decrypted, this one encrypted
 * again and so on, by one driver after another, each from the image that the one
 * before has left into an image of its own. So nothing is copied in between, and
 * few bytes need be looked at to know that all are right:
 *
 * - after each encryption its ICV, or for CBC the last block. Both hang on every
 *   byte of the text and were computed beforehand, so an encryption whose text
 *   is wrong, or that got a wrong text to begin with, shows. What CTR makes has
 *   neither, and is compared as a whole;
 * - after each decryption that the ICV was accepted: so the image of the
 *   encryption is still right where it lies in memory;
 * - after CT_CHAIN_SEGMENT operations all heads, and guards next to the images;
 *   and where there is no ICV, the whole image that the last of them has left;
 * - at the end the last image in any case, the requests, and the rest of the
 *   guards.
 *
 * Two wrong operations cannot hide each other: an encryption shows by itself
 * what it did to the text, whatever the decryption then makes of it; what it did
 * to the image only is left for the decryption and the last image to show.
 *
 * For want of an ICV a text of CBC that was stored wrongly may be carried on by
 * all that follow, until the segment ends. Its images are all kept. Where anything
 * differs they tell which operation was the first to go wrong, and that one is
 * recorded with its own image, as an operation by itself would be. An image that
 * was right when it was read, and is not any more, was changed by the operation
 * that read it.
 *
 * A driver that is wrong time and again would end every chain that it is in. It is
 * left to operations by themselves then, so that the others go on at their speed.
 *
 * The number of images is odd: so where a driver leaves out a part, there lies
 * the other kind of image, and not the right bytes of an earlier turn.
 */
#ifndef CRYPTORTURE_EXERCISE_CHAIN_H
#define CRYPTORTURE_EXERCISE_CHAIN_H

#include "exercise/link.h"

struct ct_cpu;

#define CT_CHAIN_IMAGES		13
/* Each pair of neighbours, once in either direction. */
#define CT_CHAIN_LINKS		(2 * CT_CHAIN_IMAGES)
/* Even, so that it ends with a plain image, and fewer than the images. */
#define CT_CHAIN_SEGMENT	12
/* So long that laying it weighs little; slow drivers meet the time before. */
#define CT_CHAIN_LENGTH		(200 * CT_CHAIN_SEGMENT)
#define CT_CHAIN_NS		(20 * NSEC_PER_MSEC)

/**
 * struct ct_chain - the chain of a worker
 * @images: where they lie
 * @links: CT_CHAIN_LINKS of them; number n reads image n and writes n + 1, and
 *	   encrypts when n is even; modulo the number of images
 * @vector: the packet
 * @shown: where interrupts look for the operation
 * @iv_after: what the IV of a request has to become; NULL where it is not known
 * @injecting: bits are flipped on request
 * @flooded: so often that two could be in one segment
 * @wrong: something was, in the last run of it, and that is recorded
 * @spent: ct_clock() between the beginnings of one operation and the next, by
 *	   direction, for benchmarks
 * @done: operations in @spent; not all of them
 */
struct ct_chain {
	struct ct_buffer images[CT_CHAIN_IMAGES];
	struct ct_link *links;
	const struct ct_vector *vector;
	struct ct_operation **shown;
	const u8 *iv_after;
	bool injecting;
	bool flooded;
	bool wrong;
	u64 spent[CT_DIRECTIONS];
	u64 done[CT_DIRECTIONS];
};

/**
 * ct_chain_init() - allocate images and requests
 * @chain: zeroed
 * @cpu: whose it is
 * @request_size: of the largest transform that it will meet
 *
 * Process context. Return: 0, or -ENOMEM; ct_chain_free() is right after
 * either.
 */
int ct_chain_init(struct ct_chain *chain, struct ct_cpu *cpu,
		  unsigned int request_size);
/* Not while a driver has one of the requests. */
void ct_chain_free(struct ct_chain *chain);
/* Bytes that it holds. */
size_t ct_chain_memory(unsigned int request_size);

/* Are there drivers in the group that can be links? */
bool ct_chain_suits(const struct ct_cpu *cpu,
		    const struct ct_pool_group *group);
/* Is there room for images of this packet? */
bool ct_chain_fits(const struct ct_vector *vector);

/**
 * struct ct_chain_spec - which chain
 * @bundle: in use by the worker's own operation
 * @group: of the bundle, one that suits
 * @offset: of the images behind a 16-byte boundary
 * @vector: number of a packet that fits
 * @limit: end after so many nanoseconds
 * @metered: add to what the chain has spent
 */
struct ct_chain_spec {
	struct ct_bundle *bundle;
	const struct ct_pool_group *group;
	u8 offset;
	unsigned int vector;
	u64 limit;
	bool metered;
};

/**
 * ct_chain_run() - run a chain, check it, count it, record what is wrong
 * @chain: of the CPU
 * @spec: which
 * @random: draws the drivers
 * @give_up: asked after each segment, and while a driver keeps a request
 *
 * Process context, on the worker's CPU.
 *
 * Return: operations made; -ETIME when a driver still has a request.
 */
int ct_chain_run(struct ct_chain *chain, const struct ct_chain_spec *spec,
		 struct ct_random *random, bool (*give_up)(void));

#endif /* CRYPTORTURE_EXERCISE_CHAIN_H */

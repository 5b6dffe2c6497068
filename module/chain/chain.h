/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chain: a packet is encrypted, that result decrypted, this one encrypted
 * again and so on, by one driver after another, each from the image that the one
 * before has left into an image of its own. So nothing is copied in between, and
 * few bytes need be checked to know that all are right:
 *
 * - after each encryption its ICV, or for CBC the last block. Both hang on every
 *   byte of the text and were computed beforehand, so an encryption whose text
 *   is wrong, or that got a wrong text to begin with, shows. What CTR makes has
 *   neither, and is compared as a whole;
 * - after each decryption that the ICV was accepted: so the image of the
 *   encryption is still right where it lies in memory;
 * - after each round all heads, and guards next to the images; and of CBC now
 *   and then the images that decryptions have left;
 * - at the end the last images, the requests, and the rest of the guards.
 *
 * Two wrong operations cannot hide each other: an encryption shows by itself
 * what it did to the text, independent of the decryption; what it did
 * to the image only is left for the decryption to show. For lack of an ICV that does
 * not show at once in CBC: decryption and encryption carry a block that was stored
 * wrongly on unchanged. So the images are checked before the first of those are
 * overwritten, in one half of each block: in the decrypted text such a block is
 * wrong as a whole.
 *
 * Several chains go on side by side, as streams: a stage is one operation in each
 * stream, a round an encryption and a decryption in each. So many operations go in one
 * direction before those in the opposite direction, and what a CPU keeps of code and
 * branches serves all of them.
 *
 * The images of some stages are kept. Where anything differs they say, stream by
 * stream, which operation was the first to go wrong, and that one is recorded with
 * its own image, as an operation by itself would be. An image that was right when
 * it was read, and is not any more, was changed by the operation that read it.
 *
 * A driver that is wrong time and again would end every chain that it is in. It is
 * left to operations by themselves then, so that the others go on at their speed.
 *
 * The number of stages is odd: so where a driver leaves out a part, there lies
 * the other kind of image, and not the right bytes of an earlier turn.
 */
#ifndef CRYPTORTURE_CHAIN_CHAIN_H
#define CRYPTORTURE_CHAIN_CHAIN_H

#include "chain/round.h"

/**
 * yt_chain_init() - allocate images and requests
 * @chain: zeroed
 * @cpu: whose it is
 * @request_size: of the largest transform that it will meet
 *
 * Process context. Return: 0, or -ENOMEM; yt_chain_free() is right after
 * either.
 */
int yt_chain_init(struct yt_chain *chain, struct yt_cpu *cpu,
		  unsigned int request_size);
/* Not while a driver has one of the requests. */
void yt_chain_free(struct yt_chain *chain);
/* Bytes that it holds. */
size_t yt_chain_memory(unsigned int request_size);

/* Are there drivers in the group that can be chain operations? */
bool yt_chain_suits(const struct yt_cpu *cpu,
		    const struct yt_pool_group *group);
/* Is there room for images of this packet? */
bool yt_chain_fits(const struct yt_vector *vector);

/**
 * yt_chain_run() - run a chain, check it, count it, record what is wrong
 * @chain: of the CPU
 * @spec: which
 * @random: draws the drivers
 * @give_up: asked after each round, and while a driver keeps a request
 *
 * Process context, on the worker's CPU.
 *
 * Return: operations made; -ETIME when a driver still has a request.
 */
int yt_chain_run(struct yt_chain *chain, const struct yt_chain_spec *spec,
		 struct yt_random *random, bool (*give_up)(const struct yt_cpu *cpu));

#endif /* CRYPTORTURE_CHAIN_CHAIN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets for the suites, too large for the stack. */
#ifndef CRYPTORTURE_KUNIT_PACKETS_H
#define CRYPTORTURE_KUNIT_PACKETS_H

#include <kunit/test.h>

#include "packet/vector.h"

#define GUARD	0x5a	/* stands where nothing may be written */

struct packet {
	struct yt_sa sa;
	struct yt_vector vector;
	u8 plain[YT_MAX_IMAGE + 1];
	u8 sealed[YT_MAX_IMAGE + 1];
};

/* Freed with the test. */
static inline struct packet *new_packet(struct kunit *test)
{
	struct packet *packet = kunit_kzalloc(test, sizeof(*packet),
					      GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, packet);
	return packet;
}

/* Numbers and sizes, independent of earlier contents. */
static inline void shape_packet(struct packet *packet,
				const struct yt_algorithm *alg, u64 seed,
				u64 index, u8 before)
{
	memset(&packet->sa, before, sizeof(packet->sa));
	memset(&packet->vector, before, sizeof(packet->vector));
	yt_sa_make(&packet->sa, alg, seed, index / YT_SA_VECTORS);
	yt_vector_shape(&packet->vector, &packet->sa, index);
	packet->vector.plain = packet->plain;
	packet->vector.sealed = packet->sealed;
}

/* The whole plain image. */
static inline void make_packet(struct packet *packet,
			       const struct yt_algorithm *alg, u64 seed,
			       u64 index)
{
	shape_packet(packet, alg, seed, index, GUARD);
	memset(packet->plain, GUARD, sizeof(packet->plain));
	memset(packet->sealed, GUARD, sizeof(packet->sealed));
	yt_vector_fill(&packet->vector, &packet->sa);
}

#endif /* CRYPTORTURE_KUNIT_PACKETS_H */

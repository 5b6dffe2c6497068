/* SPDX-License-Identifier: GPL-2.0-only */
/* How the buffers of an operation lie: chosen apart from the vector. */
#ifndef CRYPTORTURE_PACKET_LAYOUT_H
#define CRYPTORTURE_PACKET_LAYOUT_H

#include "port.h"
#include "packet/random.h"

#define CT_LAYOUT_NAME	24	/* bytes, with the NUL */

/**
 * struct ct_layout - a layout
 * @in_place: source and destination are one buffer
 * @source_offset: bytes from a 64-byte boundary to the source, 0 to 15
 * @destination_offset: the same for the destination; equal when in place
 */
struct ct_layout {
	bool in_place;
	u8 source_offset;
	u8 destination_offset;
};

/* Any context. Three of four are in place, as ESP does it. */
void ct_layout_choose(struct ct_layout *layout, struct ct_random *random);

/* Such as "in-place+3" or "out-of-place+0+13". Any context. */
void ct_layout_name(const struct ct_layout *layout, char name[CT_LAYOUT_NAME]);

#endif /* CRYPTORTURE_PACKET_LAYOUT_H */

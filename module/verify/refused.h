/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver has to leave unchanged of a packet that it refused. A caller drops such a
 * packet; but the bytes around the text are the caller's, and a driver that changes them may
 * change others. docs/checks.md has the whole table.
 */
#ifndef CRYPTORTURE_VERIFY_REFUSED_H
#define CRYPTORTURE_VERIFY_REFUSED_H

#include "op/operation.h"

/*
 * Below, @op is of direction CRYPTORTURE_DIRECTION_TAMPERED, and ended with -EBADMSG; its
 * images are as the driver left them. Any context.
 *
 * The head, and in place the ICV, have to be as they were. The text is as it was, or of
 * GCM the plaintext that belongs to it, or zeros: all three are in use. authencesn
 * leaves what verify/esn describes. Drivers of authenc other than the kernel's template
 * may leave anything there.
 */

/**
 * enum yt_remains - what may be left as the text
 * @YT_REMAINS_CAME: the input
 * @YT_REMAINS_OPENED: what it decrypts to
 * @YT_REMAINS_POISON: what lay there before, out of place
 * @YT_REMAINS_ZEROS: nothing
 * @YT_REMAINS_MOVED: yt_esn_moved_text()
 * @YT_REMAINS_ANY: anything
 */
enum yt_remains {
	YT_REMAINS_CAME,
	YT_REMAINS_OPENED,
	YT_REMAINS_POISON,
	YT_REMAINS_ZEROS,
	YT_REMAINS_MOVED,
	YT_REMAINS_ANY,
	YT_REMAINS
};

/* Check the destination. Return: bits of enum cryptorture_what, 0 when all is right. */
u32 yt_refused_check(const struct yt_operation *op);

/* How many bytes of the destination are known: in place the ICV is among them. */
unsigned int yt_refused_len(const struct yt_operation *op);

/**
 * yt_refused_nearest() - which of what may be left is the most like what is there
 * @op: see above
 * @difference: from that
 *
 * Return: the one with the fewest wrong bytes.
 */
enum yt_remains yt_refused_nearest(const struct yt_operation *op,
				   struct yt_difference *difference);

/**
 * yt_refused_expect() - what has to be left
 * @op: see above
 * @remains: as the text
 * @to: where to
 * @offset: of the first byte in the destination
 * @len: bytes, no further than yt_refused_len()
 */
void yt_refused_expect(const struct yt_operation *op, enum yt_remains remains,
		       u8 *to, unsigned int offset, unsigned int len);

#endif /* CRYPTORTURE_VERIFY_REFUSED_H */

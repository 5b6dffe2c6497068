/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver has to leave of a packet that it has refused. A caller throws such a
 * packet away; but the bytes around the text are the caller's, and who changes them may
 * change others. docs/checks.md has the whole table.
 */
#ifndef CRYPTORTURE_EXERCISE_REFUSED_H
#define CRYPTORTURE_EXERCISE_REFUSED_H

#include "exercise/operation.h"

/*
 * Below, @op is of direction CT_TAMPERED, and done with -EBADMSG; its images are as the
 * driver left them. Any context.
 *
 * The head, and in place the ICV, have to be as they were. The text is as it was, or of
 * GCM the plaintext that belongs to it, or zeros: all three are in use. authencesn
 * leaves what exercise/esn says. Of other drivers than the kernel's template an authenc
 * may leave what it likes there.
 */

/**
 * enum ct_remains - what may be left as the text
 * @CT_REMAINS_CAME: what came
 * @CT_REMAINS_OPENED: what it decrypts to
 * @CT_REMAINS_POISON: what lay there before, out of place
 * @CT_REMAINS_ZEROS: nothing
 * @CT_REMAINS_MOVED: ct_esn_moved_text()
 * @CT_REMAINS_ANY: it cannot be said
 */
enum ct_remains {
	CT_REMAINS_CAME,
	CT_REMAINS_OPENED,
	CT_REMAINS_POISON,
	CT_REMAINS_ZEROS,
	CT_REMAINS_MOVED,
	CT_REMAINS_ANY,
	CT_REMAINS
};

/* Check the destination. Return: bits of enum ct_what, 0 when all is right. */
u32 ct_refused_check(const struct ct_operation *op);

/* How many bytes of the destination can be told: in place the ICV is among them. */
unsigned int ct_refused_len(const struct ct_operation *op);

/**
 * ct_refused_nearest() - which of what may be left is the most like what is there
 * @op: see above
 * @difference: from that
 *
 * Return: the one with the fewest wrong bytes.
 */
enum ct_remains ct_refused_nearest(const struct ct_operation *op,
				   struct ct_difference *difference);

/**
 * ct_refused_expect() - what has to be left
 * @op: see above
 * @remains: as the text
 * @to: where to
 * @offset: of the first byte in the destination
 * @len: bytes, no further than ct_refused_len()
 */
void ct_refused_expect(const struct ct_operation *op, enum ct_remains remains,
		       u8 *to, unsigned int offset, unsigned int len);

#endif /* CRYPTORTURE_EXERCISE_REFUSED_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces that an image is cut into, for one side of an operation. */
#ifndef CRYPTORTURE_PACKET_PIECES_H
#define CRYPTORTURE_PACKET_PIECES_H

#include "port.h"

#define CT_MAX_PIECES		16

enum ct_split {
	CT_SPLIT_WHOLE,		/* one piece */
	CT_SPLIT_CROSSING,	/* one piece over a page boundary; variant: where */
	CT_SPLIT_FIRST,		/* the first byte by itself */
	CT_SPLIT_LAST,		/* the last byte by itself */
	CT_SPLIT_ENDS,		/* both */
	CT_SPLIT_FIELDS,	/* header, IV, text and ICV apart */
	CT_SPLIT_MIDDLES,	/* each of them cut in the middle */
	CT_SPLIT_BYTES,		/* a run of pieces of 1 byte; variant: where */
	CT_SPLIT_RANDOM,	/* the variant is the seed */
	CT_SPLITS,
};

/**
 * struct ct_fields - where the fields of an image begin
 * @iv: the IV; the header is in front of it
 * @text: the text
 * @icv: the ICV, where the plain image ends
 * @end: the end of the sealed image
 */
struct ct_fields {
	u16 iv;
	u16 text;
	u16 icv;
	u16 end;
};

/**
 * struct ct_pieces - what an image is cut into
 * @count: 1 to CT_MAX_PIECES
 * @lens: their lengths, in order; none is 0
 */
struct ct_pieces {
	unsigned int count;
	u16 lens[CT_MAX_PIECES];
};

/**
 * ct_pieces_cut() - cut an image
 * @pieces: where to
 * @split: how
 * @variant: of @split
 * @fields: of the image
 * @len: of the image, not 0
 *
 * Any context.
 */
void ct_pieces_cut(struct ct_pieces *pieces, enum ct_split split,
		   unsigned int variant, const struct ct_fields *fields,
		   unsigned int len);

/**
 * ct_pieces_common() - the pieces of memory under two lists
 * @pieces: where to
 * @one: how one list is cut
 * @other: how the other one is
 *
 * They are cut where both lists are, and beyond the end of the shorter list
 * where the longer one is. Any context.
 */
void ct_pieces_common(struct ct_pieces *pieces, const struct ct_pieces *one,
		      const struct ct_pieces *other);

#endif /* CRYPTORTURE_PACKET_PIECES_H */

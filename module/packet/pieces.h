/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces that an image is cut into, for one side of an operation. */
#ifndef CRYPTORTURE_PACKET_PIECES_H
#define CRYPTORTURE_PACKET_PIECES_H

#include "port.h"

#define YT_MAX_PIECES		16

enum yt_split {
	YT_SPLIT_WHOLE,		/* one piece */
	YT_SPLIT_CROSSING,	/* one piece over a page boundary; variant: where */
	YT_SPLIT_FIRST,		/* the first byte by itself */
	YT_SPLIT_LAST,		/* the last byte by itself */
	YT_SPLIT_ENDS,		/* both */
	YT_SPLIT_FIELDS,	/* header, IV, text and ICV apart */
	YT_SPLIT_MIDDLES,	/* each of them cut in the middle */
	YT_SPLIT_BYTES,		/* a run of pieces of 1 byte; variant: where */
	YT_SPLIT_RANDOM,	/* the variant is the seed */
	YT_SPLITS,
};

/**
 * struct yt_fields - where the fields of an image begin
 * @iv: the IV; the header is in front of it
 * @text: the text
 * @icv: the ICV, where the plain image ends
 * @end: the end of the sealed image
 */
struct yt_fields {
	u16 iv;
	u16 text;
	u16 icv;
	u16 end;
};

/**
 * struct yt_pieces - what an image is cut into
 * @count: 1 to YT_MAX_PIECES
 * @lens: their lengths, in order; none is 0
 */
struct yt_pieces {
	unsigned int count;
	u16 lens[YT_MAX_PIECES];
};

/**
 * yt_pieces_cut() - cut an image
 * @pieces: where to
 * @split: how
 * @variant: of @split
 * @fields: of the image
 * @len: of the image, not 0
 *
 * Any context.
 */
void yt_pieces_cut(struct yt_pieces *pieces, enum yt_split split,
		   unsigned int variant, const struct yt_fields *fields,
		   unsigned int len);

/**
 * yt_pieces_common() - the pieces of memory under two lists
 * @pieces: where to
 * @one: how one list is cut
 * @other: how the other one is
 *
 * They are cut where both lists are, and beyond the end of the shorter list
 * where the longer one is. Any context.
 */
void yt_pieces_common(struct yt_pieces *pieces, const struct yt_pieces *one,
		      const struct yt_pieces *other);

#endif /* CRYPTORTURE_PACKET_PIECES_H */

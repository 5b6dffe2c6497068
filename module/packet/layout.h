/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the buffers of an operation lie: chosen independently of the vector, and described
 * by a name from which they can be laid out again:
 *
 *	ARRANGEMENT/BACKING/SPLIT+OFFSET
 *
 * such as "in-place/page/whole+3", "alias/kmalloc/fields-random177+0" or
 * "out-of-place/page-vmalloc/whole-ends+5+11". Where source and destination
 * are not alike, both are named, the source first.
 */
#ifndef CRYPTORTURE_PACKET_LAYOUT_H
#define CRYPTORTURE_PACKET_LAYOUT_H

#include "port.h"
#include "packet/algorithm.h"
#include "packet/pieces.h"
#include "packet/random.h"

#define YT_LAYOUT_NAME		64	/* bytes, with the NUL */
/* Longer images do not fit a slab object with all guards and gaps. */
#define YT_MAX_SLAB_IMAGE	6144
/* Longer images cross a page boundary wherever they lie. */
#define YT_MAX_CROSSING		4000

enum yt_arrangement {
	YT_IN_PLACE,		/* one list for source and destination */
	YT_ALIAS,		/* two lists, over the same memory */
	YT_OUT_OF_PLACE,
	YT_ARRANGEMENTS,
};

enum yt_backing {
	YT_BACKING_PAGE,	/* pages in a row */
	YT_BACKING_KMALLOC,	/* a slab object */
	YT_BACKING_VMALLOC,	/* pages apart: a list is cut where they end */
	YT_BACKINGS,
};

/**
 * struct yt_side - how the image lies at one side of an operation
 * @backing: in which memory
 * @split: how it is cut
 * @variant: of @split, where that has any; else 0
 * @offset: each piece begins so many bytes after a 16-byte boundary, 0 to 15;
 *	    in an alias only those pieces whose memory is apart
 */
struct yt_side {
	enum yt_backing backing;
	enum yt_split split;
	u16 variant;
	u8 offset;
};

/**
 * struct yt_layout - a layout
 * @arrangement: of the two sides
 * @source: the same as @destination when in place; with its @backing and
 *	    @offset in an alias
 * @destination: the other side
 */
struct yt_layout {
	enum yt_arrangement arrangement;
	struct yt_side source;
	struct yt_side destination;
};

/**
 * yt_layout_choose() - draw a layout
 * @layout: where to
 * @random: always advanced by the same
 * @fields: of the image; a split that does not cut even the plain image, or
 *	    memory that the sealed one does not fit, is not chosen
 * @source: bit n: the source has memory of enum yt_backing n; 0 for pages only
 * @destination: the same for the destination
 *
 * Half of them are one piece in place, as ESP mostly has it; the other half is
 * spread over everything. Any context.
 */
void yt_layout_choose(struct yt_layout *layout, struct yt_random *random,
		      const struct yt_fields *fields, u8 source,
		      u8 destination);

/**
 * yt_layout_allowed() - may the algorithm's buffers lie so?
 * @layout: any
 * @alg: the algorithm
 *
 * authencesn moves the text in its destination before it reads the source again, so
 * both may not be the same memory unless they are the same list.
 *
 * Any context. Return: whether it may be used.
 */
static inline bool yt_layout_allowed(const struct yt_layout *layout,
				     const struct yt_algorithm *alg)
{
	return !alg->esn_behind || layout->arrangement != YT_ALIAS;
}

/* Make one list of both, the destination's. Any context. */
static inline void yt_layout_join(struct yt_layout *layout)
{
	layout->arrangement = YT_IN_PLACE;
	layout->source = layout->destination;
}

/* One aligned piece in pages. Any context. */
void yt_layout_plain(struct yt_layout *layout, enum yt_arrangement arrangement);

/**
 * yt_side_crossing() - bytes of the image in front of the page boundary
 * @side: a side
 *
 * Return: that number, or 0 if the image may lie anywhere. Any context.
 */
static inline unsigned int yt_side_crossing(const struct yt_side *side)
{
	return side->split == YT_SPLIT_CROSSING ?
		side->variant * 16U - side->offset : 0;
}

static inline void yt_side_cut(struct yt_pieces *pieces,
			       const struct yt_side *side,
			       const struct yt_fields *fields,
			       unsigned int len)
{
	yt_pieces_cut(pieces, side->split, side->variant, fields, len);
}

/* Do both sides use the destination's memory? */
static inline bool yt_layout_shared(const struct yt_layout *layout)
{
	return layout->arrangement != YT_OUT_OF_PLACE;
}

/* The name. Any context. */
void yt_layout_name(const struct yt_layout *layout, char name[YT_LAYOUT_NAME]);

/**
 * yt_layout_parse() - the layout of that name
 * @layout: where to; unspecified on failure
 * @name: of yt_layout_name(), from anybody
 *
 * Any context. Return: whether it is one.
 */
bool yt_layout_parse(struct yt_layout *layout, const char *name);

/**
 * yt_layout_fits() - does an image fit this layout?
 * @layout: of yt_layout_parse()
 * @fields: of the image
 * @source: bit n: the source has memory of enum yt_backing n
 * @destination: the same for the destination
 *
 * Any context. Return: whether all of it lies within the available memory.
 */
bool yt_layout_fits(const struct yt_layout *layout,
		    const struct yt_fields *fields, u8 source, u8 destination);

#endif /* CRYPTORTURE_PACKET_LAYOUT_H */

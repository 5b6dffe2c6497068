/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the buffers of an operation lie: chosen apart from the vector, and told
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

#define CT_LAYOUT_NAME		64	/* bytes, with the NUL */
/* Longer images do not fit a slab object with all guards and gaps. */
#define CT_MAX_SLAB_IMAGE	6144
/* Longer images cross a page boundary wherever they lie. */
#define CT_MAX_CROSSING		4000

enum ct_arrangement {
	CT_IN_PLACE,		/* one list for source and destination */
	CT_ALIAS,		/* two lists, over the same memory */
	CT_OUT_OF_PLACE,
	CT_ARRANGEMENTS,
};

enum ct_backing {
	CT_BACKING_PAGE,	/* pages in a row */
	CT_BACKING_KMALLOC,	/* a slab object */
	CT_BACKING_VMALLOC,	/* pages apart: a list is cut where they end */
	CT_BACKINGS,
};

/**
 * struct ct_side - how the image lies at one side of an operation
 * @backing: in which memory
 * @split: how it is cut
 * @variant: of @split, where that has any; else 0
 * @offset: each piece begins so many bytes after a 16-byte boundary, 0 to 15;
 *	    in an alias only those pieces whose memory is apart
 */
struct ct_side {
	enum ct_backing backing;
	enum ct_split split;
	u16 variant;
	u8 offset;
};

/**
 * struct ct_layout - a layout
 * @arrangement: of the two sides
 * @source: the same as @destination when in place; with its @backing and
 *	    @offset in an alias
 * @destination: the other side
 */
struct ct_layout {
	enum ct_arrangement arrangement;
	struct ct_side source;
	struct ct_side destination;
};

/**
 * ct_layout_choose() - draw a layout
 * @layout: where to
 * @random: always advanced by the same
 * @fields: of the image; a split that does not cut even the plain image, or
 *	    memory that the sealed one does not fit, is not chosen
 * @source: bit n: the source has memory of enum ct_backing n; 0 for pages only
 * @destination: the same for the destination
 *
 * Half of them are one piece in place, as ESP mostly has it; the other half is
 * spread over everything. Any context.
 */
void ct_layout_choose(struct ct_layout *layout, struct ct_random *random,
		      const struct ct_fields *fields, u8 source,
		      u8 destination);

/**
 * ct_layout_allowed() - may the algorithm's buffers lie so?
 * @layout: any
 * @alg: the algorithm
 *
 * authencesn moves the text in its destination before it reads the source again, so
 * both may not be the same memory unless they are the same list.
 *
 * Any context. Return: whether it may be used.
 */
static inline bool ct_layout_allowed(const struct ct_layout *layout,
				     const struct ct_algorithm *alg)
{
	return !alg->esn_behind || layout->arrangement != CT_ALIAS;
}

/* Make one list of both, the destination's. Any context. */
static inline void ct_layout_join(struct ct_layout *layout)
{
	layout->arrangement = CT_IN_PLACE;
	layout->source = layout->destination;
}

/* One aligned piece in pages. Any context. */
void ct_layout_plain(struct ct_layout *layout, enum ct_arrangement arrangement);

/**
 * ct_side_crossing() - bytes of the image in front of the page boundary
 * @side: a side
 *
 * Return: that number, or 0 if the image may lie anywhere. Any context.
 */
static inline unsigned int ct_side_crossing(const struct ct_side *side)
{
	return side->split == CT_SPLIT_CROSSING ?
		side->variant * 16U - side->offset : 0;
}

static inline void ct_side_cut(struct ct_pieces *pieces,
			       const struct ct_side *side,
			       const struct ct_fields *fields,
			       unsigned int len)
{
	ct_pieces_cut(pieces, side->split, side->variant, fields, len);
}

/* Do both sides use the destination's memory? */
static inline bool ct_layout_shared(const struct ct_layout *layout)
{
	return layout->arrangement != CT_OUT_OF_PLACE;
}

/* The name. Any context. */
void ct_layout_name(const struct ct_layout *layout, char name[CT_LAYOUT_NAME]);

/**
 * ct_layout_parse() - the layout of that name
 * @layout: where to; unspecified on failure
 * @name: of ct_layout_name(), from anybody
 *
 * Any context. Return: whether it is one.
 */
bool ct_layout_parse(struct ct_layout *layout, const char *name);

/**
 * ct_layout_fits() - can an image lie so?
 * @layout: of ct_layout_parse()
 * @fields: of the image
 * @source: bit n: the source has memory of enum ct_backing n
 * @destination: the same for the destination
 *
 * Any context. Return: whether everything in it lies where there is room.
 */
bool ct_layout_fits(const struct ct_layout *layout,
		    const struct ct_fields *fields, u8 source, u8 destination);

#endif /* CRYPTORTURE_PACKET_LAYOUT_H */

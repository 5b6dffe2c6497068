// SPDX-License-Identifier: GPL-2.0-only
#ifndef __KERNEL__
#include <stdio.h>
#endif

#include "packet/layout.h"

/* What comes oftener stands more than once. */
static const u8 some_arrangements[8] = {
	YT_IN_PLACE, YT_IN_PLACE, YT_IN_PLACE,
	YT_OUT_OF_PLACE, YT_OUT_OF_PLACE, YT_OUT_OF_PLACE,
	YT_ALIAS, YT_ALIAS,
};

static const u8 some_backings[8] = {
	YT_BACKING_PAGE, YT_BACKING_PAGE, YT_BACKING_PAGE,
	YT_BACKING_KMALLOC, YT_BACKING_KMALLOC,
	YT_BACKING_VMALLOC, YT_BACKING_VMALLOC, YT_BACKING_VMALLOC,
};

static const u8 some_splits[16] = {
	YT_SPLIT_WHOLE, YT_SPLIT_WHOLE, YT_SPLIT_WHOLE,
	YT_SPLIT_CROSSING, YT_SPLIT_CROSSING, YT_SPLIT_CROSSING,
	YT_SPLIT_FIRST, YT_SPLIT_LAST, YT_SPLIT_ENDS,
	YT_SPLIT_FIELDS, YT_SPLIT_FIELDS,
	YT_SPLIT_MIDDLES, YT_SPLIT_MIDDLES,
	YT_SPLIT_BYTES, YT_SPLIT_RANDOM, YT_SPLIT_RANDOM,
};

/* Any 16 bits to a variant, or to 0 if the image is too short. */
static u16 crossing_variant(const struct yt_side *side,
			    const struct yt_fields *fields, u32 bits)
{
	u32 last = (fields->icv + side->offset - 1U) / 16;

	if (fields->end > YT_MAX_CROSSING || !last)
		return 0;
	/* Half of them not far behind the beginning. */
	if ((bits & 1) && last > 4)
		last = 4;
	return (u16)(1 + (bits * last >> 16));
}

/* Give the split its variant, or leave it if it cuts nothing. */
static void settle(struct yt_side *side, const struct yt_fields *fields,
		   u16 bits)
{
	struct yt_pieces pieces;
	bool useful;

	side->variant = 0;
	if (side->split == YT_SPLIT_WHOLE)
		return;
	if (side->split == YT_SPLIT_CROSSING) {
		side->variant = crossing_variant(side, fields, bits);
		useful = side->variant != 0;
	} else if (side->split == YT_SPLIT_RANDOM) {
		side->variant = bits;
		useful = fields->icv > 1;
	} else {
		if (side->split == YT_SPLIT_BYTES)
			side->variant = bits & 63;
		yt_side_cut(&pieces, side, fields, fields->icv);
		useful = pieces.count > 1;
	}
	if (!useful) {
		side->split = YT_SPLIT_WHOLE;
		side->variant = 0;
	}
}

static void draw_side(struct yt_side *side, u32 bits,
		      const struct yt_fields *fields, u8 backings)
{
	side->backing = (enum yt_backing)some_backings[bits & 7];
	if (!(backings & BIT(side->backing)) ||
	    (side->backing == YT_BACKING_KMALLOC &&
	     fields->end > YT_MAX_SLAB_IMAGE))
		side->backing = YT_BACKING_PAGE;
	side->offset = bits & 8 ? 0 : (u8)(bits >> 4 & 15);
	side->split = (enum yt_split)some_splits[bits >> 8 & 15];
	settle(side, fields, (u16)(bits >> 16));
}

/* The destination's memory, cut alike or apart from it. */
static void draw_alias(struct yt_layout *layout, bool alike)
{
	layout->source.backing = layout->destination.backing;
	layout->source.offset = layout->destination.offset;
	if (alike) {
		layout->source = layout->destination;
	} else if (layout->source.split == YT_SPLIT_CROSSING) {
		layout->source.split = YT_SPLIT_WHOLE;
		layout->source.variant = 0;
	}
}

void yt_layout_plain(struct yt_layout *layout, enum yt_arrangement arrangement)
{
	memset(layout, 0, sizeof(*layout));
	layout->arrangement = arrangement;
}

void yt_layout_choose(struct yt_layout *layout, struct yt_random *random,
		      const struct yt_fields *fields, u8 source,
		      u8 destination)
{
	u64 bits = yt_random_u64(random);
	u64 sides = yt_random_u64(random);

	yt_layout_plain(layout, YT_IN_PLACE);
	if (bits & 1) {
		/* Half of them aligned, as skbs mostly are. */
		if (bits & 2)
			layout->destination.offset = (u8)(bits >> 2 & 15);
		layout->source = layout->destination;
		return;
	}
	layout->arrangement =
		(enum yt_arrangement)some_arrangements[bits >> 8 & 7];
	draw_side(&layout->destination, (u32)sides, fields, destination);
	if (layout->arrangement == YT_IN_PLACE) {
		layout->source = layout->destination;
		return;
	}
	draw_side(&layout->source, (u32)(sides >> 32), fields, source);
	if (layout->arrangement == YT_ALIAS)
		draw_alias(layout, !(bits >> 11 & 3));
}

static const char *const arrangement_names[YT_ARRANGEMENTS] = {
	[YT_IN_PLACE]		= "in-place",
	[YT_ALIAS]		= "alias",
	[YT_OUT_OF_PLACE]	= "out-of-place",
};

static const char *const backing_names[YT_BACKINGS] = {
	[YT_BACKING_PAGE]	= "page",
	[YT_BACKING_KMALLOC]	= "kmalloc",
	[YT_BACKING_VMALLOC]	= "vmalloc",
};

static const char *const split_names[YT_SPLITS] = {
	[YT_SPLIT_WHOLE]	= "whole",
	[YT_SPLIT_CROSSING]	= "crossing",
	[YT_SPLIT_FIRST]	= "first",
	[YT_SPLIT_LAST]		= "last",
	[YT_SPLIT_ENDS]		= "ends",
	[YT_SPLIT_FIELDS]	= "fields",
	[YT_SPLIT_MIDDLES]	= "middles",
	[YT_SPLIT_BYTES]	= "bytes",
	[YT_SPLIT_RANDOM]	= "random",
};

#define SPLIT_NAME	16	/* bytes, with the NUL */

static bool has_variant(enum yt_split split)
{
	return split == YT_SPLIT_CROSSING || split == YT_SPLIT_BYTES ||
	       split == YT_SPLIT_RANDOM;
}

static void name_split(char name[SPLIT_NAME], const struct yt_side *side)
{
	if (has_variant(side->split))
		snprintf(name, SPLIT_NAME, "%s%u", split_names[side->split],
			 side->variant);
	else
		snprintf(name, SPLIT_NAME, "%s", split_names[side->split]);
}

void yt_layout_name(const struct yt_layout *layout, char name[YT_LAYOUT_NAME])
{
	const struct yt_side *source = &layout->source;
	const struct yt_side *destination = &layout->destination;
	const char *from = backing_names[source->backing];
	const char *to = backing_names[destination->backing];
	char from_split[SPLIT_NAME], to_split[SPLIT_NAME], offset[8] = "";
	bool alike;

	if (layout->arrangement == YT_OUT_OF_PLACE)
		snprintf(offset, sizeof(offset), "+%u", source->offset & 15U);
	name_split(from_split, source);
	name_split(to_split, destination);
	alike = !strcmp(from_split, to_split);
	snprintf(name, YT_LAYOUT_NAME, "%s/%s%s%s/%s%s%s%s+%u",
		 arrangement_names[layout->arrangement],
		 from == to ? "" : from, from == to ? "" : "-", to,
		 alike ? "" : from_split, alike ? "" : "-", to_split, offset,
		 destination->offset);
}

static bool take(const char **text, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*text, word, len))
		return false;
	*text += len;
	return true;
}

/* No word is the beginning of another. */
static bool take_word(const char **text, const char *const *words,
		      unsigned int count, unsigned int *found)
{
	for (*found = 0; *found < count; ++*found)
		if (take(text, words[*found]))
			return true;
	return false;
}

static bool take_number(const char **text, unsigned int most,
			unsigned int *number)
{
	if (**text < '0' || **text > '9')
		return false;
	for (*number = 0; **text >= '0' && **text <= '9'; ++*text) {
		*number = *number * 10 + (unsigned int)(**text - '0');
		if (*number > most)
			return false;
	}
	return true;
}

static bool take_split(const char **text, struct yt_side *side)
{
	unsigned int split, variant = 0;

	if (!take_word(text, split_names, YT_SPLITS, &split))
		return false;
	side->split = (enum yt_split)split;
	if (has_variant(side->split) && !take_number(text, 0xffff, &variant))
		return false;
	side->variant = (u16)variant;
	return true;
}

static bool take_offset(const char **text, struct yt_side *side)
{
	unsigned int offset;

	if (!take(text, "+") || !take_number(text, 15, &offset))
		return false;
	side->offset = (u8)offset;
	return true;
}

static bool take_backing(const char **text, struct yt_side *side)
{
	unsigned int backing;

	if (!take_word(text, backing_names, YT_BACKINGS, &backing))
		return false;
	side->backing = (enum yt_backing)backing;
	return true;
}

static bool same_cut(const struct yt_side *one, const struct yt_side *other)
{
	return one->split == other->split && one->variant == other->variant;
}

bool yt_layout_parse(struct yt_layout *layout, const char *name)
{
	struct yt_side *source = &layout->source;
	struct yt_side *destination = &layout->destination;
	unsigned int arrangement;

	memset(layout, 0, sizeof(*layout));
	if (!take_word(&name, arrangement_names, YT_ARRANGEMENTS,
		       &arrangement) ||
	    !take(&name, "/") || !take_backing(&name, source))
		return false;
	layout->arrangement = (enum yt_arrangement)arrangement;
	destination->backing = source->backing;
	if (take(&name, "-") && !take_backing(&name, destination))
		return false;
	if (!take(&name, "/") || !take_split(&name, source))
		return false;
	destination->split = source->split;
	destination->variant = source->variant;
	if (take(&name, "-") && !take_split(&name, destination))
		return false;
	if (!take_offset(&name, source))
		return false;
	destination->offset = source->offset;
	if (layout->arrangement == YT_OUT_OF_PLACE)
		return take_offset(&name, destination) && !*name;
	return !*name && source->backing == destination->backing &&
	       (layout->arrangement == YT_ALIAS ||
		same_cut(source, destination));
}

static bool side_fits(const struct yt_side *side,
		      const struct yt_fields *fields, u8 backings)
{
	if (!(backings & BIT(side->backing)) ||
	    (side->backing == YT_BACKING_KMALLOC &&
	     fields->end > YT_MAX_SLAB_IMAGE))
		return false;
	switch (side->split) {
	case YT_SPLIT_CROSSING:
		return fields->end <= YT_MAX_CROSSING && side->variant &&
		       side->variant <= (fields->icv + side->offset - 1U) / 16;
	case YT_SPLIT_BYTES:
		return side->variant < 64;
	default:
		return true;
	}
}

bool yt_layout_fits(const struct yt_layout *layout,
		    const struct yt_fields *fields, u8 source, u8 destination)
{
	/* Only the destination's memory can have a boundary put into it. */
	if (layout->arrangement == YT_ALIAS &&
	    layout->source.split == YT_SPLIT_CROSSING &&
	    !same_cut(&layout->source, &layout->destination))
		return false;
	return side_fits(&layout->source, fields,
			 yt_layout_shared(layout) ? destination : source) &&
	       side_fits(&layout->destination, fields, destination);
}

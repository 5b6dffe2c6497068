// SPDX-License-Identifier: GPL-2.0-only
#include "packet/pieces.h"
#include "packet/random.h"

/* Streams of random numbers for cuts, apart from all others. */
#define STREAM_CUTS	0x1a70

/**
 * struct cuts - where an image is cut
 * @len: of the image
 * @count: of cuts
 * @at: offsets, ascending
 */
struct cuts {
	unsigned int len;
	unsigned int count;
	u16 at[YT_MAX_PIECES - 1];
};

/* What would make no piece, or one piece too many, is left out. */
static void cut(struct cuts *cuts, unsigned int at)
{
	unsigned int i, place = 0;

	if (!at || at >= cuts->len || cuts->count == ARRAY_SIZE(cuts->at))
		return;
	while (place < cuts->count && cuts->at[place] < at)
		place++;
	if (place < cuts->count && cuts->at[place] == at)
		return;
	for (i = cuts->count; i > place; i--)
		cuts->at[i] = cuts->at[i - 1];
	cuts->at[place] = (u16)at;
	cuts->count++;
}

/* Not between two blocks, if it can be helped. */
static void cut_middle(struct cuts *cuts, unsigned int from, unsigned int to)
{
	if (to > cuts->len)
		to = cuts->len;
	if (to > from + 1)
		cut(cuts, from + ((to - from) / 2 | 1));
}

/* Where a run of @count bytes begins that is at or around an edge. */
static unsigned int run_start(const struct cuts *cuts,
			      const struct yt_fields *fields,
			      unsigned int edge, unsigned int count)
{
	unsigned int from, last = cuts->len > count ? cuts->len - count : 0;

	switch (edge) {
	case 0:
		from = 0;
		break;
	case 1:
		from = fields->iv;
		break;
	case 2:
		from = fields->text;
		break;
	case 3:
		from = fields->icv;
		break;
	case 4:
		from = fields->text > count / 2 ? fields->text - count / 2 : 0;
		break;
	case 5:
		from = fields->icv > count / 2 ? fields->icv - count / 2 : 0;
		break;
	case 6:
		from = (fields->text + fields->icv) / 2;
		break;
	default:
		from = last;
		break;
	}
	return from < last ? from : last;
}

static void cut_run(struct cuts *cuts, const struct yt_fields *fields,
		    unsigned int variant)
{
	unsigned int count = 2 + (variant & 7);
	unsigned int from = run_start(cuts, fields, variant >> 3 & 7, count);
	unsigned int i;

	for (i = 0; i <= count; i++)
		cut(cuts, from + i);
}

/* Half of them near the edge of a field. */
static void cut_randomly(struct cuts *cuts, const struct yt_fields *fields,
			 unsigned int variant)
{
	const unsigned int edges[] = {
		fields->iv, fields->text, fields->icv, cuts->len
	};
	struct yt_random random;
	unsigned int count, i;

	yt_random_init(&random, variant, STREAM_CUTS, 0);
	/* Few cuts more often than many; the first one, so that there is one. */
	count = yt_random_below(&random, YT_MAX_PIECES - 1);
	count = yt_random_below(&random, count + 1);
	cut(cuts, 1 + yt_random_below(&random, cuts->len - 1));
	for (i = 0; i < count; i++) {
		u64 bits = yt_random_u64(&random);
		unsigned int edge = edges[bits & 3];

		if (bits & 4)
			cut(cuts, edge + (bits >> 3 & 7) - 4);
		else
			cut(cuts, yt_random_below(&random, cuts->len));
	}
}

static void cut_as(struct cuts *cuts, enum yt_split split,
		   unsigned int variant, const struct yt_fields *fields)
{
	switch (split) {
	case YT_SPLIT_FIRST:
		cut(cuts, 1);
		break;
	case YT_SPLIT_LAST:
		cut(cuts, cuts->len - 1);
		break;
	case YT_SPLIT_ENDS:
		cut(cuts, 1);
		cut(cuts, cuts->len - 1);
		break;
	case YT_SPLIT_FIELDS:
		cut(cuts, fields->iv);
		cut(cuts, fields->text);
		cut(cuts, fields->icv);
		break;
	case YT_SPLIT_MIDDLES:
		cut_middle(cuts, 0, fields->iv);
		cut_middle(cuts, fields->iv, fields->text);
		cut_middle(cuts, fields->text, fields->icv);
		cut_middle(cuts, fields->icv, fields->end);
		break;
	case YT_SPLIT_BYTES:
		cut_run(cuts, fields, variant);
		break;
	case YT_SPLIT_RANDOM:
		if (cuts->len > 1)
			cut_randomly(cuts, fields, variant);
		break;
	case YT_SPLIT_WHOLE:
	case YT_SPLIT_CROSSING:
	case YT_SPLITS:
		break;
	}
}

static void make_pieces(struct yt_pieces *pieces, const struct cuts *cuts)
{
	unsigned int from = 0, i;

	for (i = 0; i < cuts->count; i++) {
		pieces->lens[i] = (u16)(cuts->at[i] - from);
		from = cuts->at[i];
	}
	pieces->lens[i] = (u16)(cuts->len - from);
	pieces->count = cuts->count + 1;
}

void yt_pieces_cut(struct yt_pieces *pieces, enum yt_split split,
		   unsigned int variant, const struct yt_fields *fields,
		   unsigned int len)
{
	struct cuts cuts;

	cuts.len = len;
	cuts.count = 0;
	cut_as(&cuts, split, variant, fields);
	make_pieces(pieces, &cuts);
}

/**
 * struct cursor - a walk over the ends of pieces
 * @pieces: of a list
 * @number: of the piece
 * @end: where it ends
 */
struct cursor {
	const struct yt_pieces *pieces;
	unsigned int number;
	unsigned int end;
};

static inline bool is_over(const struct cursor *cursor)
{
	return cursor->number == cursor->pieces->count;
}

/* Does a piece end at @at, or does the list not reach so far? */
static bool pass(struct cursor *cursor, unsigned int at)
{
	if (is_over(cursor))
		return true;
	if (cursor->end != at)
		return false;
	if (++cursor->number < cursor->pieces->count)
		cursor->end += cursor->pieces->lens[cursor->number];
	return true;
}

void yt_pieces_common(struct yt_pieces *pieces, const struct yt_pieces *one,
		      const struct yt_pieces *other)
{
	struct cursor a = { one, 0, one->lens[0] };
	struct cursor b = { other, 0, other->lens[0] };
	unsigned int from = 0;

	pieces->count = 0;
	while (!is_over(&a) || !is_over(&b)) {
		unsigned int at = is_over(&a) ? b.end : is_over(&b) ? a.end :
				  a.end < b.end ? a.end : b.end;
		bool one_is_cut = pass(&a, at);
		bool other_is_cut = pass(&b, at);

		if (!one_is_cut || !other_is_cut)
			continue;
		pieces->lens[pieces->count++] = (u16)(at - from);
		from = at;
	}
}

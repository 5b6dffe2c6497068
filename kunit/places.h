/* SPDX-License-Identifier: GPL-2.0-only */
/* Images laid out in every way, for the suite of buffers. */
#ifndef CRYPTORTURE_KUNIT_PLACES_H
#define CRYPTORTURE_KUNIT_PLACES_H

#include <kunit/test.h>

#include "images.h"
#include "packet/random.h"
#include "vectors/buffer.h"

/**
 * struct bench - fixture of every case
 * @buffer: with all memory
 * @other: a list over the memory of @buffer
 * @image: what lies in it
 * @copy: what came out of it
 */
struct bench {
	struct yt_buffer buffer;
	struct scatterlist other[YT_MAX_ENTRIES];
	u8 image[YT_MAX_IMAGE];
	u8 copy[YT_MAX_IMAGE];
};

/* For the suite's .init and .exit: memory must not outlive a failed case. */
static inline int make_bench(struct kunit *test)
{
	struct bench *bench = kunit_kzalloc(test, sizeof(*bench), GFP_KERNEL);
	struct yt_random random;

	if (!bench)
		return -ENOMEM;
	test->priv = bench;
	yt_random_init(&random, 1, 0, 0);
	yt_random_bytes(&random, bench->image, YT_MAX_IMAGE);
	return yt_buffer_alloc(&bench->buffer, YT_BACKINGS_ALL);
}

static inline void free_bench(struct kunit *test)
{
	struct bench *bench = test->priv;

	if (bench)
		yt_buffer_free(&bench->buffer);
}

/**
 * struct place - an image in a buffer
 * @fields: of the image
 * @len: of the image
 * @side: how it lies
 * @pieces: how it is cut
 * @name: for messages
 */
struct place {
	const struct yt_fields *fields;
	unsigned int len;
	struct yt_side side;
	struct yt_pieces pieces;
	char name[YT_LAYOUT_NAME];
};

static inline void put(struct bench *bench, struct place *place)
{
	struct yt_buffer *buffer = &bench->buffer;
	struct yt_layout layout = { YT_IN_PLACE, place->side, place->side };

	yt_layout_name(&layout, place->name);
	yt_side_cut(&place->pieces, &place->side, place->fields, place->len);
	yt_buffer_place(buffer, &place->side, &place->pieces);
	yt_buffer_list(buffer, buffer->list, &place->pieces);
	yt_buffer_write(buffer, 0, bench->image, place->len);
}

static inline bool can_be(const struct place *place)
{
	const struct yt_side *side = &place->side;

	if (side->backing == YT_BACKING_KMALLOC &&
	    place->len > YT_MAX_SLAB_IMAGE)
		return false;
	return side->split != YT_SPLIT_CROSSING ||
	       (place->fields->end <= YT_MAX_CROSSING &&
		yt_side_crossing(side) < place->fields->icv);
}

/* Each image on each backing, split in each way. */
static inline void
at_each_place(struct kunit *test, unsigned int step,
	      void (*check)(struct kunit *test, struct bench *bench,
			    const struct place *place))
{
	static const u8 offsets[] = { 0, 1, 7, 15 };
	struct bench *bench = test->priv;
	unsigned int backing, split, variant, image, number = 0;
	struct place place;

	for (backing = 0; backing < YT_BACKINGS; backing++)
		for (split = 0; split < YT_SPLITS; split++)
			for (variant = 0; variant < variants_of(split);
			     variant += step)
				for (image = 0; image < ARRAY_SIZE(images);
				     image++) {
					place.fields = &images[image];
					place.len = images[image].end;
					place.side.backing = backing;
					place.side.split = split;
					place.side.variant = variant +
						(split == YT_SPLIT_CROSSING);
					place.side.offset =
						offsets[number++ & 3];
					if (!can_be(&place))
						continue;
					put(bench, &place);
					check(test, bench, &place);
				}
}

#endif /* CRYPTORTURE_KUNIT_PLACES_H */

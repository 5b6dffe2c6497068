// SPDX-License-Identifier: GPL-2.0-only
#include <linux/uaccess.h>

#include "bytes.h"
#include "places.h"
#include "suites.h"
#include "verify/hit.h"

static void check_round_trip(struct kunit *test, struct bench *bench,
			     const struct place *place)
{
	unsigned int at, part;

	memset(bench->copy, 0, place->len);
	yt_buffer_read(&bench->buffer, 0, bench->copy, place->len);
	ASSERT_SAME(test, bench->copy, bench->image, place->len, "%s",
		    place->name);
	KUNIT_ASSERT_TRUE_MSG(test, yt_buffer_same(&bench->buffer, 0,
						   bench->image, place->len),
			      "%s", place->name);
	KUNIT_ASSERT_TRUE_MSG(test, yt_buffer_intact(&bench->buffer), "%s",
			      place->name);
	/* In parts that do not end where the pieces do. */
	yt_buffer_poison(&bench->buffer, 0, place->len);
	for (at = 0; at < place->len; at += part) {
		part = min(7 + at / 4, place->len - at);
		yt_buffer_write(&bench->buffer, at, bench->image + at, part);
	}
	for (at = 0; at < place->len; at += part) {
		part = min(5 + at / 4, place->len - at);
		KUNIT_ASSERT_TRUE_MSG(test,
				      yt_buffer_same(&bench->buffer, at,
						     bench->image + at, part),
				      "%s at %u", place->name, at);
		yt_buffer_read(&bench->buffer, at, bench->copy + at, part);
	}
	ASSERT_SAME(test, bench->copy, bench->image, place->len, "%s",
		    place->name);
	KUNIT_ASSERT_TRUE_MSG(test, yt_buffer_intact(&bench->buffer), "%s",
			      place->name);
}

static void what_is_written_is_read(struct kunit *test)
{
	at_each_place(test, 1, check_round_trip);
}

static void check_list(struct kunit *test, struct bench *bench,
		       const struct place *place)
{
	struct yt_buffer *buffer = &bench->buffer;
	unsigned int count = sg_nents(buffer->list), total = 0, i;
	struct scatterlist *sg;

	KUNIT_ASSERT_LE(test, count, (unsigned int)YT_MAX_ENTRIES);
	if (place->side.backing != YT_BACKING_VMALLOC)
		KUNIT_ASSERT_EQ_MSG(test, count, place->pieces.count, "%s",
				    place->name);
	for_each_sg(buffer->list, sg, count, i) {
		KUNIT_ASSERT_NE(test, sg->length, 0U);
		total += sg->length;
		if (place->side.backing == YT_BACKING_VMALLOC)
			KUNIT_ASSERT_LE_MSG(test, sg->offset + sg->length,
					    (unsigned int)PAGE_SIZE, "%s",
					    place->name);
	}
	KUNIT_ASSERT_EQ_MSG(test, total, place->len, "%s", place->name);
	KUNIT_ASSERT_EQ(test, sg_copy_to_buffer(buffer->list, count,
						bench->copy, YT_MAX_IMAGE),
			place->len + 0UL);
	ASSERT_SAME(test, bench->copy, bench->image, place->len, "%s",
		    place->name);
}

static void list_describes_the_image(struct kunit *test)
{
	at_each_place(test, 1, check_list);
}

static void check_place(struct kunit *test, struct bench *bench,
			const struct place *place)
{
	struct yt_buffer *buffer = &bench->buffer;
	const u8 *memory = buffer->memory[place->side.backing];
	const u8 *end = memory + YT_BUFFER_PAGES * PAGE_SIZE;
	unsigned int i;

	if (place->side.backing == YT_BACKING_KMALLOC)
		end = memory + YT_SLAB_BYTES;
	KUNIT_ASSERT_EQ(test, buffer->count, place->pieces.count);
	for (i = 0; i < buffer->count; i++) {
		const struct yt_piece *piece = &buffer->pieces[i];

		KUNIT_ASSERT_EQ(test, piece->len, place->pieces.lens[i] + 0U);
		KUNIT_ASSERT_EQ_MSG(test, (unsigned long)piece->data & 15,
				    place->side.offset + 0UL, "%s",
				    place->name);
		KUNIT_ASSERT_TRUE_MSG(test, piece->data >= memory + YT_GUARD,
				      "%s", place->name);
		memory = piece->data + piece->len;
	}
	KUNIT_ASSERT_TRUE_MSG(test, memory + YT_GUARD <= end, "%s",
			      place->name);
	if (place->side.split == YT_SPLIT_CROSSING)
		KUNIT_ASSERT_NE_MSG(test,
				    ((unsigned long)memory - 1) >> PAGE_SHIFT,
				    (unsigned long)buffer->pieces[0].data >>
				    PAGE_SHIFT, "%s", place->name);
}

static void pieces_are_apart_and_aligned_as_said(struct kunit *test)
{
	at_each_place(test, 1, check_place);
}

/* A changed byte is noticed, and is no change of the image. */
static void assert_guarded(struct kunit *test, struct bench *bench,
			   const struct place *place, u8 *byte)
{
	struct yt_hit hit;

	KUNIT_ASSERT_FALSE(test, yt_hit_find(&bench->buffer, &hit));
	*byte ^= 0x40;
	KUNIT_ASSERT_TRUE_MSG(test, yt_hit_find(&bench->buffer, &hit) &&
			      hit.at <= byte && byte < hit.at + hit.len,
			      "%s: byte %ld", place->name,
			      (long)(byte - bench->buffer.pieces[0].data));
	KUNIT_ASSERT_FALSE_MSG(test, yt_buffer_intact(&bench->buffer),
			       "%s: byte %ld", place->name,
			       (long)(byte - bench->buffer.pieces[0].data));
	KUNIT_ASSERT_TRUE(test, yt_buffer_same(&bench->buffer, 0, bench->image,
					       place->len));
	*byte ^= 0x40;
}

static void check_guards(struct kunit *test, struct bench *bench,
			 const struct place *place)
{
	struct yt_buffer *buffer = &bench->buffer;
	const struct yt_piece *last = &buffer->pieces[buffer->count - 1];
	unsigned int i;
	u8 *byte;

	for (i = 1; i <= YT_GUARD; i++) {
		assert_guarded(test, bench, place, buffer->pieces[0].data - i);
		assert_guarded(test, bench, place,
			       last->data + last->len + i - 1);
	}
	for (i = 1; i < buffer->count; i++) {
		const struct yt_piece *piece = &buffer->pieces[i - 1];

		byte = piece->data + piece->len;
		KUNIT_ASSERT_TRUE(test, byte + YT_GUARD <= piece[1].data);
		KUNIT_ASSERT_TRUE(test, byte + YT_GUARD + 16 > piece[1].data);
		for (; byte < piece[1].data; byte++)
			assert_guarded(test, bench, place, byte);
	}
	KUNIT_ASSERT_TRUE_MSG(test, yt_buffer_intact(buffer), "%s",
			      place->name);
}

static void every_byte_around_a_piece_is_guarded(struct kunit *test)
{
	at_each_place(test, 13, check_guards);
}

static void check_bytes(struct kunit *test, struct bench *bench,
			const struct place *place)
{
	const struct yt_fields *f = place->fields;
	struct yt_buffer *buffer = &bench->buffer;
	unsigned int at, step = place->len > 2000 ? 37 : 1;
	struct yt_difference whole, parts;

	for (at = 0; at < place->len; at += step) {
		yt_buffer_flip(buffer, at, 0x21);
		KUNIT_ASSERT_FALSE_MSG(test,
				       yt_buffer_same(buffer, 0, bench->image,
						      place->len),
				       "%s: byte %u", place->name, at);
		KUNIT_ASSERT_TRUE(test, yt_buffer_intact(buffer));
		yt_buffer_flip(buffer, at, 0x21);
	}
	KUNIT_ASSERT_TRUE(test, yt_buffer_same(buffer, 0, bench->image,
					       place->len));
	/* Three differences, one of them at the very end. */
	yt_buffer_flip(buffer, place->len / 3, 1);
	yt_buffer_flip(buffer, place->len / 2, 2);
	yt_buffer_flip(buffer, place->len - 1, 0xf0);
	yt_buffer_read(buffer, 0, bench->copy, place->len);
	yt_compare(&whole, bench->image, bench->copy, place->len, f->text,
		   f->icv - f->text);
	KUNIT_ASSERT_TRUE(test, yt_buffer_compare(buffer, &parts, bench->image,
						  place->len, f->text,
						  f->icv - f->text));
	ASSERT_SAME(test, &parts, &whole, sizeof(whole), "%s", place->name);
}

static void every_byte_of_the_image_counts(struct kunit *test)
{
	at_each_place(test, 31, check_bytes);
}

static void check_poison(struct kunit *test, struct bench *bench,
			 const struct place *place)
{
	unsigned int from = place->fields->text, at;

	yt_buffer_poison(&bench->buffer, from, place->len - from);
	yt_buffer_read(&bench->buffer, 0, bench->copy, place->len);
	ASSERT_SAME(test, bench->copy, bench->image, from, "%s", place->name);
	for (at = from; at < place->len; at++)
		KUNIT_ASSERT_EQ_MSG(test, bench->copy[at], YT_POISON, "%s: %u",
				    place->name, at);
	KUNIT_ASSERT_TRUE(test, yt_buffer_intact(&bench->buffer));
	yt_buffer_flush(&bench->buffer);
}

static void poison_fills_what_was_asked_for(struct kunit *test)
{
	at_each_place(test, 17, check_poison);
}

/* One piece in memory, two entries in the list, and nothing in between. */
static void pages_that_are_apart_cut_lists_only(struct kunit *test)
{
	struct bench *bench = test->priv;
	struct yt_buffer *buffer = &bench->buffer;
	struct place place = {
		.fields = &images[8],
		.len = images[8].end,
		.side = { YT_BACKING_VMALLOC, YT_SPLIT_CROSSING },
	};
	unsigned int variant;

	for (variant = 1; variant < 80; variant++) {
		unsigned int front;

		place.side.variant = variant;
		place.side.offset = variant % 16;
		front = yt_side_crossing(&place.side);
		put(bench, &place);
		KUNIT_ASSERT_EQ(test, buffer->count, 1U);
		KUNIT_ASSERT_EQ(test, sg_nents(buffer->list), 2);
		KUNIT_ASSERT_EQ(test, buffer->list[0].length, front);
		KUNIT_ASSERT_EQ(test, buffer->list[0].offset + front,
				(unsigned int)PAGE_SIZE);
		KUNIT_ASSERT_EQ(test, buffer->list[1].offset, 0U);
		ASSERT_SAME(test, buffer->pieces[0].data, bench->image,
			    place.len, "%s", place.name);
	}
}

/* Two lists, cut in any two ways, see the same bytes. */
static void assert_alias(struct kunit *test, struct place *place,
			 const struct yt_side *other, unsigned int other_len)
{
	struct bench *bench = test->priv;
	struct yt_buffer *buffer = &bench->buffer;
	struct yt_pieces one, two;
	unsigned int len = max(place->len, other_len);

	yt_side_cut(&one, &place->side, place->fields, place->len);
	yt_side_cut(&two, other, place->fields, other_len);
	yt_pieces_common(&place->pieces, &one, &two);
	yt_buffer_place(buffer, &place->side, &place->pieces);
	yt_buffer_list(buffer, buffer->list, &one);
	yt_buffer_list(buffer, bench->other, &two);
	yt_buffer_poison(buffer, 0, len);
	KUNIT_ASSERT_EQ(test,
			sg_copy_from_buffer(buffer->list,
					    sg_nents(buffer->list),
					    bench->image, YT_MAX_IMAGE),
			place->len + 0UL);
	KUNIT_ASSERT_TRUE(test, yt_buffer_same(buffer, 0, bench->image,
					       place->len));
	KUNIT_ASSERT_EQ(test,
			sg_copy_from_buffer(bench->other,
					    sg_nents(bench->other),
					    bench->image, YT_MAX_IMAGE),
			other_len + 0UL);
	KUNIT_ASSERT_TRUE(test, yt_buffer_same(buffer, 0, bench->image, len));
	KUNIT_ASSERT_TRUE(test, yt_buffer_intact(buffer));
}

static void lists_of_an_alias_meet(struct kunit *test)
{
	static const u8 some[] = { 0, 3, 7, 8, 10, 11 };
	unsigned int backing, a, b, i;
	struct place place;

	for (i = 0; i < ARRAY_SIZE(some); i++)
		for (backing = 0; backing < YT_BACKINGS; backing++)
			for (a = 0; a < YT_SPLITS; a++)
				for (b = 0; b < YT_SPLITS; b++) {
					const struct yt_fields *f =
						&images[some[i]];
					struct yt_side other = {
						backing, b, 2 * i + b, i
					};

					place.fields = f;
					place.side = other;
					place.side.split = a;
					if (!can_be(&place))
						continue;
					place.len = f->end;
					assert_alias(test, &place, &other,
						     f->icv);
					place.len = f->icv;
					assert_alias(test, &place, &other,
						     f->end);
				}
}

static void memory_is_what_was_asked_for(struct kunit *test)
{
	static const u8 asked[] = {
		YT_BACKINGS_LEAN, YT_BACKINGS_SOURCE, YT_BACKINGS_ALL
	};
	static const size_t bytes[] = { 12288, 24576, 32768 };
	struct yt_buffer *buffer = kunit_kzalloc(test, sizeof(*buffer),
						 GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, buffer);
	KUNIT_EXPECT_EQ(test, yt_buffer_backings(buffer), 0);
	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		KUNIT_EXPECT_EQ(test, yt_buffer_alloc(buffer, asked[i]), 0);
		KUNIT_EXPECT_EQ(test, yt_buffer_backings(buffer), asked[i]);
		KUNIT_EXPECT_EQ(test, yt_buffer_memory(asked[i]), bytes[i]);
		yt_buffer_free(buffer);
		KUNIT_EXPECT_EQ(test, yt_buffer_backings(buffer), 0);
		yt_buffer_free(buffer);
	}
}

/* What ends at an edge ends there to the byte, and nothing else has changed. */
static void images_end_at_the_edge(struct kunit *test)
{
	struct bench *bench = test->priv;
	unsigned int split, image, offset = 0;
	const struct yt_piece *last;
	struct place place = {};
	const u8 *end;
	u8 byte;

	yt_buffer_free(&bench->buffer);
	if (yt_buffer_alloc(&bench->buffer,
			    YT_BACKINGS_ALL | YT_BACKINGS_EDGE)) {
		yt_buffer_free(&bench->buffer);
		KUNIT_ASSERT_EQ(test, yt_buffer_alloc(&bench->buffer,
						      YT_BACKINGS_ALL), 0);
		kunit_skip(test, "no page can be unmapped here");
	}
	for (split = 0; split < YT_SPLITS; split++)
		for (image = 0; image < ARRAY_SIZE(images); image++) {
			place.fields = &images[image];
			place.len = images[image].end;
			place.side.split = split;
			place.side.variant = split == YT_SPLIT_CROSSING;
			place.side.offset = offset++ & 15;
			if (!can_be(&place))
				continue;
			put(bench, &place);
			last = &bench->buffer.pieces[bench->buffer.count - 1];
			end = last->data + last->len;
			KUNIT_ASSERT_NE_MSG(test, 0,
					    copy_from_kernel_nofault(&byte, end,
								     1),
					    "%s", place.name);
			yt_buffer_read(&bench->buffer, 0, bench->copy,
				       place.len);
			ASSERT_SAME(test, bench->copy, bench->image, place.len,
				    "%s", place.name);
			KUNIT_ASSERT_TRUE(test,
					  yt_buffer_intact(&bench->buffer));
			bench->buffer.pieces[0].data[-1] ^= 1;
			KUNIT_ASSERT_FALSE(test,
					   yt_buffer_intact(&bench->buffer));
		}
	/* Other memory of the same buffer has its guard. */
	place.side.backing = YT_BACKING_KMALLOC;
	place.side.split = YT_SPLIT_WHOLE;
	place.side.variant = 0;
	place.fields = &images[3];
	place.len = images[3].end;
	put(bench, &place);
	last = &bench->buffer.pieces[bench->buffer.count - 1];
	last->data[last->len] ^= 1;
	KUNIT_EXPECT_FALSE(test, yt_buffer_intact(&bench->buffer));
	yt_buffer_free(&bench->buffer);
	KUNIT_EXPECT_EQ(test, yt_buffer_alloc(&bench->buffer, YT_BACKINGS_ALL),
			0);
}

/* In memory of any kind, and nothing beyond it. */
static void poison_of_few_bytes(struct kunit *test)
{
	u8 *memory = test_buffer(test, 64);
	unsigned int len, at;

	for (len = 0; len <= 40; len++) {
		memset(memory, 0, 64);
		yt_poison_few(memory + 8, len);
		for (at = 0; at < 64; at++)
			KUNIT_ASSERT_EQ_MSG(test, memory[at],
					    at >= 8 && at < 8 + len ?
						    YT_POISON : 0,
					    "%u bytes, byte %u", len, at);
		KUNIT_ASSERT_TRUE(test, yt_poisoned_few(memory + 8, len));
		KUNIT_ASSERT_TRUE(test, yt_poisoned(memory + 8, len));
		for (at = 8; at < 8 + len; at++) {
			memory[at] ^= BIT(at % 8);
			KUNIT_ASSERT_FALSE_MSG(test,
					       yt_poisoned_few(memory + 8, len),
					       "%u bytes, byte %u", len, at);
			KUNIT_ASSERT_FALSE(test, yt_poisoned(memory + 8, len));
			memory[at] ^= BIT(at % 8);
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(what_is_written_is_read),
	KUNIT_CASE(list_describes_the_image),
	KUNIT_CASE(pieces_are_apart_and_aligned_as_said),
	KUNIT_CASE(every_byte_around_a_piece_is_guarded),
	KUNIT_CASE(every_byte_of_the_image_counts),
	KUNIT_CASE(poison_fills_what_was_asked_for),
	KUNIT_CASE(pages_that_are_apart_cut_lists_only),
	KUNIT_CASE(lists_of_an_alias_meet),
	KUNIT_CASE(memory_is_what_was_asked_for),
	KUNIT_CASE(images_end_at_the_edge),
	KUNIT_CASE(poison_of_few_bytes),
	{}
};

struct kunit_suite vectors_buffer_suite = {
	.name = "vectors_buffer",
	.init = make_bench,
	.exit = free_bench,
	.test_cases = cases,
};

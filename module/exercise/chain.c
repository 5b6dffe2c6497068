// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/fpu/api.h>

#include "exercise/chain.h"
#include "exercise/choice.h"
#include "exercise/clock.h"
#include "exercise/cpu.h"
#include "exercise/segment.h"
#include "exercise/verify.h"

/* Above this, comparing a text costs a notable part of making it. */
#define LONG_TEXT	256
/* The longest image for which there is room. */
#define MAX_IMAGE	(PAGE_SIZE - 2 * YT_GUARD - SMP_CACHE_BYTES)

int yt_chain_init(struct yt_chain *chain, struct yt_cpu *cpu,
		  unsigned int request_size)
{
	unsigned int i;
	int err = 0;

	chain->links = kvcalloc(YT_CHAIN_LINKS, sizeof(*chain->links),
				GFP_KERNEL);
	if (!chain->links)
		return -ENOMEM;
	for (i = 0; i < YT_CHAIN_IMAGES; i++) {
		chain->pages[i] = (u8 *)__get_free_page(GFP_KERNEL);
		if (!chain->pages[i])
			return -ENOMEM;
	}
	for (i = 0; !err && i < YT_CHAIN_LINKS; i++) {
		struct yt_operation *op = &chain->links[i].op;

		op->linked = true;
		err = yt_operation_init(op, cpu, CT_CONTEXT_TASK, request_size);
	}
	return err;
}

void yt_chain_free(struct yt_chain *chain)
{
	unsigned int i;

	for (i = 0; chain->links && i < YT_CHAIN_LINKS; i++)
		if (chain->links[i].op.linked)
			yt_operation_free(&chain->links[i].op);
	kvfree(chain->links);
	chain->links = NULL;
	for (i = 0; i < YT_CHAIN_IMAGES; i++) {
		free_page((unsigned long)chain->pages[i]);
		chain->pages[i] = NULL;
	}
}

size_t yt_chain_memory(unsigned int request_size)
{
	return YT_CHAIN_IMAGES * PAGE_SIZE +
	       YT_CHAIN_LINKS * (sizeof(struct yt_link) +
				 yt_request_room(request_size));
}

bool yt_chain_suits(const struct yt_cpu *cpu, const struct yt_pool_group *group)
{
	unsigned int i;

	/*
	 * An IV that a driver makes up belongs to one packet only; and authencesn
	 * may replace a part of the ICV.
	 */
	if (yt_algorithm_makes_iv(group->alg) || group->alg->esn_behind)
		return false;
	for (i = 0; i < group->count; i++)
		if (yt_choice_can_draw(cpu, group, i))
			return true;
	return false;
}

bool yt_chain_fits(const struct yt_vector *vector)
{
	return yt_vector_sealed_len(vector) <= MAX_IMAGE;
}

/*
 * As many images to a page as there is room for: at the same place of a page each,
 * all would compete for the same few lines of a CPU's caches.
 */
static void share_pages(struct yt_chain *chain, unsigned int len)
{
	unsigned int stride = round_up(2 * YT_GUARD + 16 + len,
				       SMP_CACHE_BYTES);
	unsigned int each = PAGE_SIZE / stride, i;

	for (i = 0; i < YT_CHAIN_IMAGES; i++)
		chain->images[i].memory[YT_BACKING_PAGE] =
			chain->pages[i / each] + i % each * stride;
}

/* Room for a sealed image each, poisoned, with the head that both kinds have. */
static void place_images(struct yt_chain *chain, const struct yt_side *side,
			 const struct yt_vector *vector)
{
	unsigned int len = yt_vector_sealed_len(vector), i;
	struct yt_pieces pieces = { .count = 1, .lens = { len } };

	share_pages(chain, len);
	for (i = 0; i < YT_CHAIN_IMAGES; i++) {
		struct yt_buffer *image = &chain->images[i];

		yt_buffer_place(image, side, &pieces);
		yt_buffer_write(image, 0, vector->plain, vector->head_len);
		yt_buffer_poison(image, vector->head_len,
				 len - vector->head_len);
	}
	for (i = 0; i < chain->lanes; i++)
		yt_buffer_write(&chain->images[i], 0, vector->plain,
				yt_vector_plain_len(vector));
}

static void set_link(struct yt_chain *chain, unsigned int number,
		     const struct yt_chain_spec *spec,
		     const struct yt_layout *layout, struct yt_random *random)
{
	struct yt_link *link = yt_chain_link(chain, number);
	struct yt_operation *op = &link->op;

	op->reader.bundle = spec->bundle;
	op->vector = spec->vector;
	op->layout = *layout;
	op->seat = op->cpu->task.seat;
	yt_choice_draw(op, spec->group, random, yt_chain_direction(chain, number));
	/* Each operation begins when the one before is complete. */
	op->crowd = 0;
	/* A task always has the FPU. */
	op->simd = yt_operation_subject(op)->simd && irq_fpu_usable();
	op->live = false;
	yt_link_set(link, yt_chain_image(chain, number),
		    yt_chain_image(chain, number + chain->lanes));
}

/*
 * Where images have to be compared as well, that is expensive for long texts; so it is
 * done seldom there, and more stages are kept.
 */
static void choose_lanes(struct yt_chain *chain)
{
	bool seldom = chain->looks.carried &&
		      chain->looks.vector->text_len > LONG_TEXT;

	chain->lanes = seldom ? 4 : 8;
	chain->stages = seldom ? 5 : 3;
	BUILD_BUG_ON(max(4 * 5, 8 * 3) > YT_CHAIN_IMAGES);
}

static unsigned int count_links(const struct yt_chain *chain)
{
	return 2 * chain->stages * chain->lanes;
}

static void lay(struct yt_chain *chain, const struct yt_chain_spec *spec,
		struct yt_random *random)
{
	const struct yt_vector *vector = &spec->bundle->vectors[spec->vector];
	struct yt_layout layout;
	unsigned int i;
	u64 every;

	yt_layout_plain(&layout, YT_OUT_OF_PLACE);
	layout.source.offset = spec->offset;
	layout.destination.offset = spec->offset;
	yt_looks_set(&chain->looks, vector, spec->group->alg);
	choose_lanes(chain);
	every = chain->links[0].op.cpu->exercise->config.inject_every;
	chain->injecting = every;
	chain->flooded = every && every <= 2 * YT_CHAIN_IMAGES;
	place_images(chain, &layout.destination, vector);
	for (i = 0; i < count_links(chain); i++)
		set_link(chain, i, spec, &layout, random);
}

/* How often this link was used in the first so many operations. */
static unsigned int turns(const struct yt_chain *chain, unsigned int link,
			  unsigned int operations)
{
	unsigned int links = count_links(chain);

	return operations / links + (link < operations % links);
}

/*
 * Count all that are not counted yet. Those of the last segment recorded the CPU where
 * they were made; all before them were made on one CPU.
 */
static void count_made(struct yt_chain *chain, struct yt_progress *progress)
{
	unsigned int end = clamp(progress->first, progress->counted,
				 progress->made);
	unsigned int i, times;

	for (i = 0; i < count_links(chain); i++) {
		times = turns(chain, i, end) - turns(chain, i, progress->counted);
		if (times)
			yt_verify_count_same(&chain->links[i].op, progress->cpu,
					     times);
	}
	for (i = end; i < progress->made; i++) {
		struct yt_operation *op = &yt_chain_link(chain, i)->op;

		yt_verify_count_same(op, op->cpu_before, 1);
	}
	progress->counted = progress->made;
	progress->cpu = raw_smp_processor_id();
}

/*
 * Each request was the same operation over and over, so it can be checked now as
 * well as earlier. Damage that is farther from an image than its near
 * guards cannot be attributed to an operation in any case.
 */
static void check_ends(struct yt_chain *chain)
{
	unsigned int i;
	u32 what;

	for (i = 0; i < count_links(chain); i++) {
		struct yt_operation *op = &chain->links[i].op;

		what = yt_verify_request(op);
		if (i < count_links(chain) / 2 &&
		    !yt_buffer_intact(&op->destination))
			what |= BIT(CT_WHAT_GUARD);
		if (what) {
			chain->wrong = true;
			yt_verify_found(op, what);
		}
	}
}

int yt_chain_run(struct yt_chain *chain, const struct yt_chain_spec *spec,
		 struct yt_random *random, bool (*give_up)(const struct yt_cpu *cpu))
{
	struct yt_progress progress = {
		.end = yt_clock() + yt_clock_cycles(spec->limit),
		.cpu = raw_smp_processor_id(),
	};
	struct yt_operation *unseen = NULL;
	struct yt_seat *seat;

	lay(chain, spec, random);
	seat = chain->links[0].op.seat;
	chain->shown = seat ? &seat->op : &unseen;
	do {
		yt_segment_run(chain, &progress, spec, give_up);
		/* Moved to another CPU meanwhile. */
		if (unlikely(progress.cpu != raw_smp_processor_id()))
			count_made(chain, &progress);
	} while (!progress.over);
	chain->wrong = progress.wrong;
	if (!progress.wrong && !progress.err)
		check_ends(chain);
	/* Whether the others were right is not known. */
	if (progress.err)
		progress.made = max(progress.settled, progress.counted);
	count_made(chain, &progress);
	return progress.err ? progress.err : (int)progress.made;
}

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

/* Of more bytes, a look at a text costs a notable part of making it. */
#define LONG_TEXT	256
/* The longest image for which there is room. */
#define MAX_IMAGE	(PAGE_SIZE - 2 * CT_GUARD - SMP_CACHE_BYTES)

int ct_chain_init(struct ct_chain *chain, struct ct_cpu *cpu,
		  unsigned int request_size)
{
	unsigned int i;
	int err = 0;

	chain->links = kvcalloc(CT_CHAIN_LINKS, sizeof(*chain->links),
				GFP_KERNEL);
	if (!chain->links)
		return -ENOMEM;
	for (i = 0; i < CT_CHAIN_IMAGES; i++) {
		chain->pages[i] = (u8 *)__get_free_page(GFP_KERNEL);
		if (!chain->pages[i])
			return -ENOMEM;
	}
	for (i = 0; !err && i < CT_CHAIN_LINKS; i++) {
		struct ct_operation *op = &chain->links[i].op;

		op->linked = true;
		err = ct_operation_init(op, cpu, CT_CONTEXT_TASK, request_size);
	}
	return err;
}

void ct_chain_free(struct ct_chain *chain)
{
	unsigned int i;

	for (i = 0; chain->links && i < CT_CHAIN_LINKS; i++)
		if (chain->links[i].op.linked)
			ct_operation_free(&chain->links[i].op);
	kvfree(chain->links);
	chain->links = NULL;
	for (i = 0; i < CT_CHAIN_IMAGES; i++) {
		free_page((unsigned long)chain->pages[i]);
		chain->pages[i] = NULL;
	}
}

size_t ct_chain_memory(unsigned int request_size)
{
	return CT_CHAIN_IMAGES * PAGE_SIZE +
	       CT_CHAIN_LINKS * (sizeof(struct ct_link) +
				 ct_request_room(request_size));
}

bool ct_chain_suits(const struct ct_cpu *cpu, const struct ct_pool_group *group)
{
	unsigned int i;

	/*
	 * An IV that a driver makes up belongs to one packet only; and authencesn
	 * may replace a part of the ICV.
	 */
	if (ct_algorithm_makes_iv(group->alg) || group->alg->esn_behind)
		return false;
	for (i = 0; i < group->count; i++)
		if (ct_choice_can_draw(cpu, group, i))
			return true;
	return false;
}

bool ct_chain_fits(const struct ct_vector *vector)
{
	return ct_vector_sealed_len(vector) <= MAX_IMAGE;
}

/*
 * As many images to a page as there is room for: at the same place of a page each,
 * all would compete for the same few lines of a CPU's caches.
 */
static void share_pages(struct ct_chain *chain, unsigned int len)
{
	unsigned int stride = round_up(2 * CT_GUARD + 16 + len,
				       SMP_CACHE_BYTES);
	unsigned int each = PAGE_SIZE / stride, i;

	for (i = 0; i < CT_CHAIN_IMAGES; i++)
		chain->images[i].memory[CT_BACKING_PAGE] =
			chain->pages[i / each] + i % each * stride;
}

/* Room for a sealed image each, poisoned, with the head that both kinds have. */
static void place_images(struct ct_chain *chain, const struct ct_side *side,
			 const struct ct_vector *vector)
{
	unsigned int len = ct_vector_sealed_len(vector), i;
	struct ct_pieces pieces = { .count = 1, .lens = { len } };

	share_pages(chain, len);
	for (i = 0; i < CT_CHAIN_IMAGES; i++) {
		struct ct_buffer *image = &chain->images[i];

		ct_buffer_place(image, side, &pieces);
		ct_buffer_write(image, 0, vector->plain, vector->head_len);
		ct_buffer_poison(image, vector->head_len,
				 len - vector->head_len);
	}
	for (i = 0; i < chain->lanes; i++)
		ct_buffer_write(&chain->images[i], 0, vector->plain,
				ct_vector_plain_len(vector));
}

static void set_link(struct ct_chain *chain, unsigned int number,
		     const struct ct_chain_spec *spec,
		     const struct ct_layout *layout, struct ct_random *random)
{
	struct ct_link *link = ct_chain_link(chain, number);
	struct ct_operation *op = &link->op;

	op->reader.bundle = spec->bundle;
	op->vector = spec->vector;
	op->layout = *layout;
	op->seat = op->cpu->task.seat;
	ct_choice_draw(op, spec->group, random, ct_chain_direction(chain, number));
	/* Each waits for the one before. */
	op->crowd = 0;
	/* A task always has the FPU. */
	op->simd = ct_operation_subject(op)->simd && irq_fpu_usable();
	op->live = false;
	ct_link_set(link, ct_chain_image(chain, number),
		    ct_chain_image(chain, number + chain->lanes));
}

/*
 * Where images have to be looked at as well, that is dear for long texts; so it is
 * done seldom there, and more stages are kept.
 */
static void choose_lanes(struct ct_chain *chain)
{
	bool seldom = chain->looks.carried &&
		      chain->looks.vector->text_len > LONG_TEXT;

	chain->lanes = seldom ? 4 : 8;
	chain->stages = seldom ? 5 : 3;
	BUILD_BUG_ON(max(4 * 5, 8 * 3) > CT_CHAIN_IMAGES);
}

static unsigned int count_links(const struct ct_chain *chain)
{
	return 2 * chain->stages * chain->lanes;
}

static void lay(struct ct_chain *chain, const struct ct_chain_spec *spec,
		struct ct_random *random)
{
	const struct ct_vector *vector = &spec->bundle->vectors[spec->vector];
	struct ct_layout layout;
	unsigned int i;
	u64 every;

	ct_layout_plain(&layout, CT_OUT_OF_PLACE);
	layout.source.offset = spec->offset;
	layout.destination.offset = spec->offset;
	ct_looks_set(&chain->looks, vector, spec->group->alg);
	choose_lanes(chain);
	every = chain->links[0].op.cpu->exercise->config.inject_every;
	chain->injecting = every;
	chain->flooded = every && every <= 2 * CT_CHAIN_IMAGES;
	place_images(chain, &layout.destination, vector);
	for (i = 0; i < count_links(chain); i++)
		set_link(chain, i, spec, &layout, random);
}

/* How often it was the turn of this link in the first so many operations. */
static unsigned int turns(const struct ct_chain *chain, unsigned int link,
			  unsigned int operations)
{
	unsigned int links = count_links(chain);

	return operations / links + (link < operations % links);
}

/*
 * Count all that are not counted yet. Those of the last segment tell themselves where
 * they were made; all before them were made on one CPU.
 */
static void count_made(struct ct_chain *chain, struct ct_progress *progress)
{
	unsigned int end = clamp(progress->first, progress->counted,
				 progress->made);
	unsigned int i, times;

	for (i = 0; i < count_links(chain); i++) {
		times = turns(chain, i, end) - turns(chain, i, progress->counted);
		if (times)
			ct_verify_count_same(&chain->links[i].op, progress->cpu,
					     times);
	}
	for (i = end; i < progress->made; i++) {
		struct ct_operation *op = &ct_chain_link(chain, i)->op;

		ct_verify_count_same(op, op->cpu_before, 1);
	}
	progress->counted = progress->made;
	progress->cpu = raw_smp_processor_id();
}

/*
 * Each request was the same operation over and over, so it can be said now as
 * well what has become of it. Of what is farther from an image than its near
 * guards nobody knows whose it was anyway.
 */
static void check_ends(struct ct_chain *chain)
{
	unsigned int i;
	u32 what;

	for (i = 0; i < count_links(chain); i++) {
		struct ct_operation *op = &chain->links[i].op;

		what = ct_verify_request(op);
		if (i < count_links(chain) / 2 &&
		    !ct_buffer_intact(&op->destination))
			what |= BIT(CT_WHAT_GUARD);
		if (what) {
			chain->wrong = true;
			ct_verify_found(op, what);
		}
	}
}

int ct_chain_run(struct ct_chain *chain, const struct ct_chain_spec *spec,
		 struct ct_random *random, bool (*give_up)(const struct ct_cpu *cpu))
{
	struct ct_progress progress = {
		.end = ct_clock() + ct_clock_cycles(spec->limit),
		.cpu = raw_smp_processor_id(),
	};
	struct ct_operation *unseen = NULL;
	struct ct_seat *seat;

	lay(chain, spec, random);
	seat = chain->links[0].op.seat;
	chain->shown = seat ? &seat->op : &unseen;
	do {
		ct_segment_run(chain, &progress, spec, give_up);
		/* Moved to another CPU meanwhile. */
		if (unlikely(progress.cpu != raw_smp_processor_id()))
			count_made(chain, &progress);
	} while (!progress.over);
	chain->wrong = progress.wrong;
	if (!progress.wrong && !progress.err)
		check_ends(chain);
	/* Of the others nobody knows whether they were right. */
	if (progress.err)
		progress.made = max(progress.settled, progress.counted);
	count_made(chain, &progress);
	return progress.err ? progress.err : (int)progress.made;
}

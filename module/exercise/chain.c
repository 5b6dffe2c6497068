// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/fpu/api.h>

#include "exercise/chain.h"
#include "exercise/clock.h"
#include "exercise/cpu.h"
#include "exercise/submit.h"
#include "exercise/verify.h"

static_assert(CT_CHAIN_IMAGES % 2 == 1);
static_assert(CT_CHAIN_SEGMENT % 2 == 0 && CT_CHAIN_SEGMENT < CT_CHAIN_IMAGES);

/* The longest image for which there is room. */
#define MAX_IMAGE	(PAGE_SIZE - 2 * CT_GUARD - 16)

static inline struct ct_link *link_of(struct ct_chain *chain,
				      unsigned int number)
{
	return &chain->links[number % CT_CHAIN_LINKS];
}

static inline struct ct_buffer *image_of(struct ct_chain *chain,
					 unsigned int number)
{
	return &chain->images[number % CT_CHAIN_IMAGES];
}

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
		u8 *page = (u8 *)__get_free_page(GFP_KERNEL);

		chain->images[i].memory[CT_BACKING_PAGE] = page;
		if (!page)
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
		u8 **memory = &chain->images[i].memory[CT_BACKING_PAGE];

		free_page((unsigned long)*memory);
		*memory = NULL;
	}
}

size_t ct_chain_memory(unsigned int request_size)
{
	return CT_CHAIN_IMAGES * PAGE_SIZE +
	       CT_CHAIN_LINKS * (sizeof(struct ct_link) + request_size);
}

bool ct_chain_suits(const struct ct_cpu *cpu, const struct ct_pool_group *group)
{
	unsigned int i;

	/* An IV that a driver makes up belongs to one packet only. */
	if (ct_algorithm_makes_iv(group->alg))
		return false;
	for (i = 0; i < group->count; i++)
		if (ct_operation_can_draw(cpu, group, i))
			return true;
	return false;
}

bool ct_chain_fits(const struct ct_vector *vector)
{
	return ct_vector_sealed_len(vector) <= MAX_IMAGE;
}

/* Room for a sealed image each, poisoned, with the head that both kinds have. */
static void place_images(struct ct_chain *chain, const struct ct_side *side,
			 const struct ct_vector *vector)
{
	unsigned int len = ct_vector_sealed_len(vector), i;
	struct ct_pieces pieces = { .count = 1, .lens = { len } };

	for (i = 0; i < CT_CHAIN_IMAGES; i++) {
		struct ct_buffer *image = &chain->images[i];

		ct_buffer_place(image, side, &pieces);
		ct_buffer_write(image, 0, vector->plain, vector->head_len);
		ct_buffer_poison(image, vector->head_len,
				 len - vector->head_len);
	}
	ct_buffer_write(&chain->images[0], 0, vector->plain,
			ct_vector_plain_len(vector));
}

static void set_link(struct ct_chain *chain, unsigned int number,
		     const struct ct_chain_spec *spec,
		     const struct ct_layout *layout, struct ct_random *random)
{
	struct ct_link *link = link_of(chain, number);
	struct ct_operation *op = &link->op;

	op->reader.bundle = spec->bundle;
	op->vector = spec->vector;
	op->layout = *layout;
	op->seat = op->cpu->task.seat;
	ct_operation_draw(op, spec->group, random,
			  number & 1 ? CT_DECRYPT : CT_ENCRYPT);
	/* Each waits for the one before. */
	op->crowd = 0;
	/* A task always has the FPU. */
	op->simd = ct_operation_subject(op)->simd && irq_fpu_usable();
	op->live = false;
	ct_link_set(link, image_of(chain, number), image_of(chain, number + 1));
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
	chain->vector = vector;
	chain->iv_after = vector->iv_after_known ? vector->iv_after : NULL;
	every = chain->links[0].op.cpu->exercise->config.inject_every;
	chain->injecting = every;
	chain->flooded = every && every <= CT_CHAIN_SEGMENT + 1;
	place_images(chain, &layout.destination, vector);
	for (i = 0; i < CT_CHAIN_LINKS; i++)
		set_link(chain, i, spec, &layout, random);
}

static bool image_right(struct ct_chain *chain, unsigned int number)
{
	const struct ct_vector *vector = chain->vector;
	bool sealed = number & 1;

	return ct_buffer_same(image_of(chain, number), 0,
			      sealed ? vector->sealed : vector->plain,
			      sealed ? ct_vector_sealed_len(vector) :
				       ct_vector_plain_len(vector));
}

/* Has this one made the right thing of what it was given? */
static bool gave(struct ct_chain *chain, unsigned int number)
{
	return !link_of(chain, number)->op.err &&
	       image_right(chain, number + 1);
}

/**
 * struct progress - how far a chain has come
 * @made: operations
 * @settled: operations that nothing more will come to light about
 * @over: no further segment
 * @whole: the last image is looked at as a whole now
 * @wrong: something was, and that is recorded
 * @err: -ETIME when a driver has kept a request
 */
struct progress {
	unsigned int made;
	unsigned int settled;
	bool over;
	bool whole;
	bool wrong;
	int err;
};

/*
 * Who was the first to go wrong? All later ones may only have gone on with what
 * they were given.
 */
static void locate(struct ct_chain *chain, unsigned int first,
		   const struct progress *progress)
{
	unsigned int end = progress->made, i;
	bool found = false;

	for (i = progress->settled; i < end; i++) {
		struct ct_link *link = link_of(chain, i);
		/* What an earlier segment has read may be there no more. */
		bool kept = i < first || image_right(chain, i);
		u32 what;

		/* What the first one was given was known to be right. */
		if (!kept && i > progress->settled && !gave(chain, i))
			break;
		what = ct_link_look_around(link, chain->vector) |
		       ct_verify_request(&link->op);
		/* If the next one has read it rightly, it changed later. */
		if (i + 1 == end || link->op.err ||
		    image_right(chain, i + 1) || !gave(chain, i + 1))
			what |= ct_verify_result(&link->op);
		if (!kept)
			what |= BIT(CT_WHAT_SOURCE);
		if (!what)
			continue;
		found = true;
		ct_verify_found(&link->op, what);
		if (what != BIT(CT_WHAT_SOURCE))
			break;
	}
	/* Right at the second look: the memory is at fault, and that is told. */
	if (!found)
		ct_verify_found(&link_of(chain, end - 1)->op,
				BIT(CT_WHAT_TEXT));
}

/* The time of every eighth segment is enough. */
static void meter(struct ct_chain *chain, unsigned int first,
		  unsigned int made)
{
	unsigned int i;

	if (first / CT_CHAIN_SEGMENT % 8)
		return;
	for (i = first; i + 1 < first + made; i++) {
		const struct ct_operation *op = &link_of(chain, i)->op;

		chain->spent[op->direction] +=
			link_of(chain, i + 1)->op.start - op->start;
		chain->done[op->direction]++;
	}
}

enum link_state {
	LINK_RIGHT,
	LINK_WRONG,		/* it, or one before it */
	LINK_STARVED,		/* for want of memory nothing was done */
};

static inline enum link_state look(const struct ct_chain *chain,
				   struct ct_link *link)
{
	struct ct_operation *op = &link->op;

	if (unlikely(op->err))
		return ct_verify_starved(op) ? LINK_STARVED : LINK_WRONG;
	if (unlikely(chain->injecting))
		ct_verify_inject(op);
	return ct_link_right(link, chain->iv_after) ? LINK_RIGHT : LINK_WRONG;
}

/* Return: how the last one went. */
static enum link_state segment(struct ct_chain *chain, u64 end,
			       struct progress *progress,
			       bool (*give_up)(void))
{
	struct ct_link *link = link_of(chain, progress->made);
	const u8 *iv = chain->vector->request_iv;
	enum link_state state = LINK_RIGHT;
	unsigned int left = CT_CHAIN_SEGMENT;
	u64 now = ct_clock();

	progress->whole = !chain->vector->icv_len;
	for (; left && !progress->over; left--) {
		struct ct_operation *op = &link->op;

		ct_link_ready(link, iv);
		if (!ct_submit(op, chain->shown, now)) {
			progress->err = ct_operation_finish(op, give_up);
			if (progress->err)
				break;
		}
		now = op->end;
		state = look(chain, link);
		if (state == LINK_STARVED)
			break;
		progress->made++;
		if (left % 4 == 0)
			cond_resched();
		progress->over = state == LINK_WRONG || (s64)(now - end) > 0;
		/* Of several at a time only the first would be found. */
		if (unlikely(chain->injecting) && chain->flooded &&
		    op->injected) {
			progress->whole = true;
			break;
		}
		if (++link == chain->links + CT_CHAIN_LINKS)
			link = chain->links;
	}
	progress->over |= state == LINK_STARVED || progress->err ||
			  progress->made >= CT_CHAIN_LENGTH ||
			  (give_up && give_up());
	return state;
}

/* What was not looked at while the segment went on. */
static bool segment_right(struct ct_chain *chain, unsigned int first,
			  unsigned int made, bool whole)
{
	struct ct_link *link = link_of(chain, first);
	unsigned int i;
	u32 what = 0;

	for (i = 0; i < made; i++) {
		what |= ct_link_look_around(link, chain->vector);
		if (++link == chain->links + CT_CHAIN_LINKS)
			link = chain->links;
	}
	return !what && (!whole || image_right(chain, first + made));
}

/* Disturbances belong to each operation; the rest is counted at the end. */
static void settle(struct ct_chain *chain, struct progress *progress,
		   unsigned int end)
{
	struct ct_link *link = link_of(chain, progress->settled);

	for (; progress->settled < end; progress->settled++) {
		struct ct_operation *op = &link->op;

		if (unlikely(ct_verify_has_course(op) || op->injected)) {
			if (ct_verify_has_course(op))
				ct_verify_count_course(op);
			ct_operation_reset(op);
		}
		if (++link == chain->links + CT_CHAIN_LINKS)
			link = chain->links;
	}
}

/* How often it was the turn of this link. */
static unsigned int turns(unsigned int link, const struct progress *progress)
{
	return progress->settled / CT_CHAIN_LINKS +
	       (link < progress->settled % CT_CHAIN_LINKS);
}

static void run_segment(struct ct_chain *chain,
			const struct ct_chain_spec *spec, u64 end,
			struct progress *progress, bool (*give_up)(void))
{
	unsigned int first = progress->made, made;
	enum link_state state;

	state = segment(chain, end, progress, give_up);
	made = progress->made - first;
	if (!made)
		return;
	/* Of what the last one gave the next one's ICV will tell. */
	progress->whole |= progress->over;
	if (state == LINK_WRONG ||
	    !segment_right(chain, first, made, progress->whole)) {
		locate(chain, first, progress);
		progress->wrong = true;
		progress->over = true;
	}
	if (spec->metered)
		meter(chain, first, made);
	settle(chain, progress,
	       progress->over || progress->whole ? progress->made :
						   progress->made - 1);
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

	for (i = 0; i < CT_CHAIN_LINKS; i++) {
		struct ct_operation *op = &chain->links[i].op;

		what = ct_verify_request(op);
		if (i < CT_CHAIN_IMAGES && !ct_buffer_intact(&op->destination))
			what |= BIT(CT_WHAT_GUARD);
		if (what) {
			chain->wrong = true;
			ct_verify_found(op, what);
		}
	}
}

int ct_chain_run(struct ct_chain *chain, const struct ct_chain_spec *spec,
		 struct ct_random *random, bool (*give_up)(void))
{
	struct progress progress = { };
	u64 end = ct_clock() + ct_clock_cycles(spec->limit);
	struct ct_operation *unseen = NULL;
	struct ct_seat *seat;
	unsigned int i;

	lay(chain, spec, random);
	seat = chain->links[0].op.seat;
	chain->shown = seat ? &seat->op : &unseen;
	do {
		run_segment(chain, spec, end, &progress, give_up);
	} while (!progress.over);
	chain->wrong = progress.wrong;
	if (!progress.wrong && !progress.err)
		check_ends(chain);
	for (i = 0; i < CT_CHAIN_LINKS; i++)
		ct_verify_count_same(&chain->links[i].op, turns(i, &progress));
	return progress.err ? progress.err : (int)progress.made;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/fpu/api.h>

#include "chain/chain.h"
#include "cpu/clock.h"
#include "cpu/cpu.h"
#include "op/choice.h"
#include "op/operation.h"
#include "verify/verify.h"

/* Above this, comparing a text costs a notable part of making it. */
#define LONG_TEXT	256
/* The longest image for which there is room. */
#define MAX_IMAGE	(PAGE_SIZE - 2 * YT_GUARD - SMP_CACHE_BYTES)

int yt_chain_init(struct yt_chain *chain, struct yt_cpu *cpu,
		  unsigned int request_size)
{
	unsigned int i;
	int err = 0;

	chain->ops = kvcalloc(YT_CHAIN_OPS, sizeof(*chain->ops),
			      GFP_KERNEL);
	if (!chain->ops)
		return -ENOMEM;
	for (i = 0; i < YT_CHAIN_IMAGES; i++) {
		chain->pages[i] = (u8 *)__get_free_page(GFP_KERNEL);
		if (!chain->pages[i])
			return -ENOMEM;
	}
	for (i = 0; !err && i < YT_CHAIN_OPS; i++) {
		struct yt_operation *op = &chain->ops[i].op;

		op->chained = true;
		err = yt_operation_init(op, cpu, CRYPTORTURE_CONTEXT_TASK, request_size);
	}
	return err;
}

void yt_chain_free(struct yt_chain *chain)
{
	unsigned int i;

	for (i = 0; chain->ops && i < YT_CHAIN_OPS; i++)
		if (chain->ops[i].op.chained)
			yt_operation_free(&chain->ops[i].op);
	kvfree(chain->ops);
	chain->ops = NULL;
	for (i = 0; i < YT_CHAIN_IMAGES; i++) {
		free_page((unsigned long)chain->pages[i]);
		chain->pages[i] = NULL;
	}
}

size_t yt_chain_memory(unsigned int request_size)
{
	return YT_CHAIN_IMAGES * PAGE_SIZE +
	       YT_CHAIN_OPS * (sizeof(struct yt_chain_op) +
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
	for (i = 0; i < chain->streams; i++)
		yt_buffer_write(&chain->images[i], 0, vector->plain,
				yt_vector_plain_len(vector));
}

/* Use the memory of the image as one side of an operation. */
static void lend(struct yt_buffer *to, const struct yt_buffer *image,
		 unsigned int len)
{
	to->memory[YT_BACKING_PAGE] = image->memory[YT_BACKING_PAGE];
	to->backing = image->backing;
	to->count = 1;
	to->pieces[0] = image->pieces[0];
	sg_init_one(to->list, image->pieces[0].data, len);
}

/* Join two images, which are lent, by an operation that has been drawn. */
static void join(struct yt_chain_op *chain_op, const struct yt_buffer *from,
		 const struct yt_buffer *to)
{
	struct yt_operation *op = &chain_op->op;
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int plain = yt_vector_plain_len(vector);
	unsigned int sealed = yt_vector_sealed_len(vector);
	bool encrypt = op->direction == CRYPTORTURE_DIRECTION_ENCRYPT;

	lend(&op->source, from, encrypt ? plain : sealed);
	lend(&op->destination, to, encrypt ? sealed : plain);
	op->args.source = op->source.list;
	op->args.destination = op->destination.list;
	yt_operation_set_request(op);
	yt_operation_reset(op);
	chain_op->transform = yt_operation_transform(op);
	chain_op->iv = op->iv + YT_GUARD;
	chain_op->image = op->destination.pieces[0].data;
	chain_op->end = chain_op->image + sealed;
}

static void set_op(struct yt_chain *chain, unsigned int number,
		   const struct yt_chain_spec *spec,
		   const struct yt_layout *layout, struct yt_random *random)
{
	struct yt_chain_op *chain_op = yt_chain_op_at(chain, number);
	struct yt_operation *op = &chain_op->op;

	op->reader.test_sa = spec->test_sa;
	op->vector = spec->vector;
	op->layout = *layout;
	op->entry = op->cpu->task->entry;
	yt_choice_draw(op, spec->group, random, yt_chain_direction(chain, number));
	/* Each operation begins when the one before is complete. */
	op->others_in_flight = 0;
	/* A task always has the FPU. */
	op->simd = yt_operation_driver(op)->simd && irq_fpu_usable();
	op->live = false;
	chain->past[number] = yt_history_op(op->driver, op->direction,
					    yt_operation_vector(op)->index);
	join(chain_op, yt_chain_image(chain, number),
	     yt_chain_image(chain, number + chain->streams));
}

static void set_checks(struct yt_chain_checks *checks, const struct yt_vector *vector,
		       const struct yt_algorithm *alg)
{
	unsigned int seen = vector->icv_len;

	checks->carried = !seen && alg->form == YT_FORM_CBC;
	if (!seen)
		seen = checks->carried ? 16 : vector->text_len;
	checks->vector = vector;
	checks->end = yt_vector_sealed_len(vector);
	memcpy(checks->iv, vector->request_iv, YT_MAX_IV);
	memcpy(checks->iv_after, vector->iv_after, YT_MAX_IV);
	checks->iv_known = vector->iv_after_known;
	checks->seen = seen;
	checks->few = seen >= 8 && seen <= 16;
	checks->expected = vector->sealed + checks->end - seen;
	if (checks->few) {
		checks->first = yt_word(checks->expected);
		checks->last = yt_word(checks->expected + seen - 8);
	}
}

/*
 * Where images have to be checked as well, that is expensive for long texts; so it is
 * done seldom there, and more stages are kept.
 */
static void choose_streams(struct yt_chain *chain)
{
	bool seldom = chain->checks.carried &&
		      chain->checks.vector->text_len > LONG_TEXT;

	chain->streams = seldom ? 4 : 8;
	chain->stages = seldom ? 5 : 3;
	BUILD_BUG_ON(max(4 * 5, 8 * 3) > YT_CHAIN_IMAGES);
}

static unsigned int count_ops(const struct yt_chain *chain)
{
	return 2 * chain->stages * chain->streams;
}

static void lay(struct yt_chain *chain, const struct yt_chain_spec *spec,
		struct yt_random *random)
{
	const struct yt_vector *vector = &spec->test_sa->vectors[spec->vector];
	struct yt_layout layout;
	unsigned int i;
	u64 every;

	yt_layout_plain(&layout, YT_OUT_OF_PLACE);
	layout.source.offset = spec->offset;
	layout.destination.offset = spec->offset;
	set_checks(&chain->checks, vector, spec->group->alg);
	choose_streams(chain);
	every = chain->ops[0].op.cpu->exercise->config.inject_every;
	chain->injecting = every;
	chain->flooded = every && every <= 2 * YT_CHAIN_IMAGES;
	place_images(chain, &layout.destination, vector);
	for (i = 0; i < count_ops(chain); i++)
		set_op(chain, i, spec, &layout, random);
}

/* How often this chain operation was used in the first so many operations. */
static unsigned int turns(const struct yt_chain *chain, unsigned int chain_op,
			  unsigned int operations)
{
	unsigned int ops = count_ops(chain);

	return operations / ops + (chain_op < operations % ops);
}

/*
 * Count all that are not counted yet. Those of the last round recorded the CPU where
 * they were made; all before them were made on one CPU.
 */
static void count_made(struct yt_chain *chain, struct yt_progress *progress)
{
	unsigned int end = clamp(progress->first, progress->counted,
				 progress->made);
	unsigned int i, times;

	for (i = 0; i < count_ops(chain); i++) {
		times = turns(chain, i, end) - turns(chain, i, progress->counted);
		if (times)
			yt_verify_count_same(&chain->ops[i].op, progress->cpu,
					     times);
	}
	for (i = end; i < progress->made; i++) {
		struct yt_operation *op = &yt_chain_op_at(chain, i)->op;

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

	for (i = 0; i < count_ops(chain); i++) {
		struct yt_operation *op = &chain->ops[i].op;

		what = yt_verify_request(op);
		if (i < count_ops(chain) / 2 &&
		    !yt_buffer_intact(&op->destination))
			what |= BIT(CRYPTORTURE_WHAT_GUARD);
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
	struct yt_task_entry *entry;

	lay(chain, spec, random);
	entry = chain->ops[0].op.entry;
	chain->shown = entry ? &entry->op : &unseen;
	do {
		yt_round_run(chain, &progress, spec, give_up);
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
	if (progress.made)
		yt_verify_concurrent(&yt_chain_op_at(chain, progress.made - 1)->op);
	return progress.err ? progress.err : (int)progress.made;
}

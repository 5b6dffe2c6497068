// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>
#include <linux/sched.h>

#include "chain/round.h"
#include "cpu/clock.h"
#include "cpu/cpu.h"
#include "op/operation.h"
#include "op/submit.h"
#include "verify/verify.h"
#include "verify/wait.h"

/* For measurements, operations of one round in so many are timed. */
#define METER_EVERY	32
/*
 * The loops of a chain, each within one page: emulators are slow across
 * pages, and measurements must not depend on the placement by the linker. In
 * separate sections, because padding by the assembler is code, too.
 */
#define LOOP_ALIGN	1024

u32 yt_chain_op_check_guards(struct yt_chain_op *chain_op, const struct yt_chain_checks *checks)
{
	const struct yt_vector *vector = checks->vector;
	unsigned int room = chain_op->op.direction == CRYPTORTURE_DIRECTION_ENCRYPT ? 0 :
							       vector->icv_len;
	u32 what = 0;

	if (!yt_same(vector->plain, chain_op->image, vector->head_len))
		what = BIT(CRYPTORTURE_WHAT_HEADER);
	if (yt_guard_near_differs(chain_op->image, chain_op->end) ||
	    !yt_poisoned(chain_op->end - room, room))
		what |= BIT(CRYPTORTURE_WHAT_GUARD);
	if (READ_ONCE(chain_op->op.spurious)) {
		WRITE_ONCE(chain_op->op.spurious, false);
		what |= BIT(CRYPTORTURE_WHAT_COMPLETION);
	}
	return what;
}

static bool image_right(struct yt_chain *chain, unsigned int number)
{
	const struct yt_vector *vector = chain->checks.vector;
	bool sealed = yt_chain_direction(chain, number) == CRYPTORTURE_DIRECTION_DECRYPT;

	return yt_buffer_same(yt_chain_image(chain, number), 0,
			      sealed ? vector->sealed : vector->plain,
			      sealed ? yt_vector_sealed_len(vector) :
				       yt_vector_plain_len(vector));
}

/* Was this operation right for its input? */
static bool gave(struct yt_chain *chain, unsigned int number)
{
	return !yt_chain_op_at(chain, number)->op.err &&
	       image_right(chain, number + chain->streams);
}

/* For an operation that was not timed by itself the average time is recorded. */
static void found(struct yt_chain *chain, unsigned int number, u32 what,
		  u64 mean)
{
	struct yt_operation *op = &yt_chain_op_at(chain, number)->op;

	if (!op->start)
		op->end = mean;
	yt_verify_found(op, what);
}

/*
 * Find the first wrong operation of a stream: later ones may only have processed
 * wrong input. Return: was there one?
 */
static bool locate_stream(struct yt_chain *chain, unsigned int first,
			  const struct yt_progress *progress, u64 mean)
{
	unsigned int end = progress->made, i;
	bool any = false;

	for (i = first; i < end; i += chain->streams) {
		unsigned int next = i + chain->streams;
		struct yt_chain_op *chain_op = yt_chain_op_at(chain, i);
		/* The input of the first one is known to have been right. */
		bool kept = i == first || image_right(chain, i);
		u32 what;

		if (!kept && !gave(chain, i))
			break;
		what = yt_chain_op_check_guards(chain_op, &chain->checks) |
		       yt_verify_request(&chain_op->op);
		/* If the next one has read the right image, it changed later. */
		if (next >= end || chain_op->op.err || image_right(chain, next) ||
		    !gave(chain, next))
			what |= yt_verify_result(&chain_op->op);
		if (!kept)
			what |= BIT(CRYPTORTURE_WHAT_SOURCE);
		if (!what)
			continue;
		any = true;
		found(chain, i, what, mean);
		if (what != BIT(CRYPTORTURE_WHAT_SOURCE))
			break;
	}
	return any;
}

/* Something is wrong in at least one stream. */
static void locate(struct yt_chain *chain, unsigned int first,
		   const struct yt_progress *progress)
{
	u64 mean = div_u64(progress->now - progress->began,
			   progress->made - first);
	unsigned int stream;
	bool any = false;

	for (stream = 0; stream < chain->streams; stream++)
		any |= locate_stream(chain, progress->settled + stream, progress,
				     mean);
	/* Right in the second comparison: memory is at fault, and that is recorded. */
	if (!any)
		found(chain, progress->made - 1, BIT(CRYPTORTURE_WHAT_TEXT), mean);
}

/* Disturbances belong to each operation; the rest is counted at the end. */
static void settle(struct yt_chain *chain, struct yt_progress *progress,
		   unsigned int end)
{
	unsigned int i;

	if (unlikely(progress->eventful)) {
		for (i = progress->settled; i < end; i++) {
			struct yt_operation *op =
				&yt_chain_op_at(chain, i)->op;

			if (yt_verify_course(op))
				yt_verify_count_course(op);
			yt_operation_reset(op);
		}
		/* For the rest another time. */
		progress->eventful = end < progress->made;
	}
	progress->settled = end;
}

/**
 * enum turn - outcome of an operation
 * @TURN_PLAIN: right by the first check, and undisturbed
 * @TURN_NOTABLE: right, but with more to count
 * @TURN_LAST: the last one
 * @TURN_WRONG: it, or one before it, was wrong
 * @TURN_NONE: nothing was done
 */
enum turn {
	TURN_PLAIN,
	TURN_NOTABLE,
	TURN_LAST,
	TURN_WRONG,
	TURN_NONE,
};

/* The unlikely cases. */
static noinline enum turn inspect(struct yt_chain *chain,
				  struct yt_chain_op *chain_op, bool finished,
				  struct yt_progress *progress,
				  bool (*give_up)(const struct yt_cpu *cpu))
{
	bool first = (chain_op - chain->ops) % chain->streams == 0;
	struct yt_operation *op = &chain_op->op;

	if (!finished) {
		progress->err = yt_operation_finish(op, give_up);
		if (progress->err)
			return TURN_NONE;
	}
	if (yt_verify_starved(op))
		return TURN_NONE;
	/* The first of a stage is timed, so the position of an interruption is known. */
	op->start = first ? progress->now : 0;
	op->end = yt_clock();
	yt_verify_inject(op);
	progress->eventful |= yt_verify_course(op) || op->injected;
	if (op->err ||
	    !yt_chain_op_right(chain_op, &chain->checks,
			       op->direction == CRYPTORTURE_DIRECTION_ENCRYPT))
		return TURN_WRONG;
	/* Of several at a time only the first would be found. */
	return op->injected && chain->flooded ? TURN_LAST : TURN_NOTABLE;
}

static __always_inline enum turn turn(struct yt_chain *chain,
				      struct yt_chain_op *chain_op, bool encrypt,
				      struct yt_progress *progress,
				      bool (*give_up)(const struct yt_cpu *cpu))
{
	struct yt_operation *op = &chain_op->op;
	bool finished;

	yt_chain_op_ready(chain_op, &chain->checks, encrypt);
	finished = yt_submit(op, chain_op->transform, encrypt, chain->shown);
	/* Few branches, for each operation takes them all. */
	if (likely(finished) &&
	    likely(!(op->err | chain->injecting | yt_verify_course(op))) &&
	    likely(yt_chain_op_right(chain_op, &chain->checks, encrypt)))
		return TURN_PLAIN;
	return inspect(chain, chain_op, finished, progress, give_up);
}

/* Return: is there time for more? */
static __always_inline bool check_clock(struct yt_chain *chain,
					enum cryptorture_direction direction,
					struct yt_progress *progress)
{
	u64 now = yt_clock();

	chain->spent[direction] += now - progress->now;
	chain->done[direction]++;
	progress->now = now;
	return (s64)(now - progress->end) <= 0;
}

/* One operation in each stream. Return: outcome of the last one. */
static __always_inline enum turn stage(struct yt_chain *chain,
				       struct yt_progress *progress,
				       bool encrypt, bool timed,
				       bool (*give_up)(const struct yt_cpu *cpu))
{
	struct yt_chain_op *chain_op = yt_chain_op_at(chain, progress->made);
	unsigned int streams = chain->streams, i = 0;
	struct yt_history *history = &chain_op->op.cpu->histories[CRYPTORTURE_CONTEXT_TASK];
	enum turn went;

	yt_history_begin(history, progress->now, &chain->past[chain_op - chain->ops], streams);
	do {
		went = turn(chain, &chain_op[i], encrypt, progress, give_up);
		if (unlikely(went >= TURN_LAST))
			break;
		if (timed && !check_clock(chain, encrypt ? CRYPTORTURE_DIRECTION_ENCRYPT :
							     CRYPTORTURE_DIRECTION_DECRYPT,
					  progress)) {
			went = TURN_LAST;
			break;
		}
	} while (++i < streams);
	progress->made += i + (went == TURN_LAST || went == TURN_WRONG);
	yt_history_end(history, yt_clock());
	cond_resched();
	progress->now = yt_clock();
	return went;
}

static noinline __aligned(LOOP_ALIGN) __section(".text.yt_encrypt")
enum turn encrypt(struct yt_chain *chain, struct yt_progress *progress,
		  bool (*give_up)(const struct yt_cpu *cpu))
{
	return stage(chain, progress, true, false, give_up);
}

static noinline __aligned(LOOP_ALIGN) __section(".text.yt_decrypt")
enum turn decrypt(struct yt_chain *chain, struct yt_progress *progress,
		  bool (*give_up)(const struct yt_cpu *cpu))
{
	return stage(chain, progress, false, false, give_up);
}

static noinline __aligned(LOOP_ALIGN) __section(".text.yt_encrypt_timed")
enum turn encrypt_timed(struct yt_chain *chain, struct yt_progress *progress,
			bool (*give_up)(const struct yt_cpu *cpu))
{
	return stage(chain, progress, true, true, give_up);
}

static noinline __aligned(LOOP_ALIGN) __section(".text.yt_decrypt_timed")
enum turn decrypt_timed(struct yt_chain *chain, struct yt_progress *progress,
			bool (*give_up)(const struct yt_cpu *cpu))
{
	return stage(chain, progress, false, true, give_up);
}

/* The operations themselves. Return: outcome of the last one. */
static enum turn run(struct yt_chain *chain, struct yt_progress *progress,
		     bool timed, bool (*give_up)(const struct yt_cpu *cpu))
{
	enum turn went;

	progress->began = yt_clock();
	progress->now = progress->began;
	went = timed ? encrypt_timed(chain, progress, give_up) :
			 encrypt(chain, progress, give_up);
	if (unlikely(went >= TURN_LAST))
		return went;
	settle(chain, progress, progress->proven);
	return timed ? decrypt_timed(chain, progress, give_up) :
			 decrypt(chain, progress, give_up);
}

/* The last images, each as a whole. */
static bool images_right(struct yt_chain *chain, unsigned int made)
{
	unsigned int stream;

	for (stream = 0; stream < chain->streams; stream++)
		if (!image_right(chain, made + stream))
			return false;
	return true;
}

/* 0 if the first half of each block is right. */
static u64 blocks_differ(const u8 *expected, const u8 *actual, unsigned int len)
{
	u64 diff = 0;

	for (; len >= 64; len -= 64, expected += 64, actual += 64)
		diff |= (yt_word(expected) ^ yt_word(actual)) |
			(yt_word(expected + 16) ^ yt_word(actual + 16)) |
			(yt_word(expected + 32) ^ yt_word(actual + 32)) |
			(yt_word(expected + 48) ^ yt_word(actual + 48));
	for (; len >= 16; len -= 16, expected += 16, actual += 16)
		diff |= yt_word(expected) ^ yt_word(actual);
	return diff;
}

/* Are the last images, all decrypted, right in every stream? */
static noinline __aligned(LOOP_ALIGN) __section(".text.yt_nothing_carried")
bool nothing_carried(struct yt_chain *chain, unsigned int made)
{
	const struct yt_vector *vector = chain->checks.vector;
	const struct yt_buffer *image = yt_chain_image(chain, made);
	unsigned int stream;
	u64 diff = 0;

	for (stream = 0; stream < chain->streams; stream++)
		diff |= blocks_differ(vector->plain, image[stream].pieces[0].data,
				      vector->text_len);
	return !diff;
}

/* The checks that were not made during the round. */
static noinline __aligned(LOOP_ALIGN) __section(".text.yt_ends_right")
bool ends_right(struct yt_chain *chain, unsigned int first, unsigned int made)
{
	const struct yt_chain_op *chain_op = yt_chain_op_at(chain, first);
	const struct yt_vector *vector = chain->checks.vector;
	bool bare = !vector->head_len && !vector->icv_len;
	bool aead = chain_op->transform->aead;
	unsigned int left = made - first;
	u64 diff = 0;

	do {
		diff |= yt_chain_op_guards_differ(chain_op, aead);
		if (!bare)
			diff |= yt_chain_op_ends_differ(chain_op, vector);
		chain_op++;
	} while (--left);
	return !diff;
}

static bool round_right(struct yt_chain *chain, unsigned int first,
			struct yt_progress *progress)
{
	unsigned int made = progress->made;
	unsigned int kept = (chain->stages - 1) * chain->streams;

	if (!ends_right(chain, first, made))
		return false;
	if (progress->over)
		return images_right(chain, made);
	if (chain->checks.carried) {
		/* Before an image is overwritten that the check needs. */
		if (made - progress->proven < kept)
			return true;
		if (!nothing_carried(chain, made))
			return false;
	}
	progress->proven = made;
	return true;
}

void yt_round_run(struct yt_chain *chain, struct yt_progress *progress,
		  const struct yt_chain_spec *spec, bool (*give_up)(const struct yt_cpu *cpu))
{
	bool timed = spec->metered &&
		     progress->rounds++ % METER_EVERY == 0;
	unsigned int first = progress->made;
	enum turn went;

	progress->first = first;
	went = run(chain, progress, timed || spec->strict, give_up);
	progress->over = went >= TURN_LAST ||
			 progress->made >= YT_CHAIN_LENGTH ||
			 (s64)(progress->now - progress->end) > 0 ||
			 (give_up && give_up(chain->ops[0].op.cpu));
	if (progress->made == first)
		return;
	if (went == TURN_WRONG || !round_right(chain, first, progress)) {
		locate(chain, first, progress);
		progress->wrong = true;
		progress->over = true;
	}
	if (progress->over)
		settle(chain, progress, progress->made);
}

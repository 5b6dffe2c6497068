// SPDX-License-Identifier: GPL-2.0-only
#include <linux/string.h>

#include "cpu/clock.h"
#include "cpu/cpu.h"
#include "verify/concurrent.h"
#include "verify/note.h"
#include "verify/outside.h"
#include "verify/refused.h"
#include "verify/replay_queue.h"

/* Bytes of a record's window in front of the first wrong one. */
#define BEFORE_FIRST	64

/* Choose the shown bytes, and read the actual ones. */
static void fill_window(struct yt_mismatch *record,
			const struct yt_buffer *actual, unsigned int len)
{
	record->output_len = len;
	record->output_wrong = record->difference.wrong_bytes != 0;
	if (len > CRYPTORTURE_WINDOW && record->difference.first > BEFORE_FIRST)
		record->window = min_t(u32, len - CRYPTORTURE_WINDOW,
				       record->difference.first - BEFORE_FIRST);
	record->window_len = min_t(u32, len - record->window, CRYPTORTURE_WINDOW);
	yt_buffer_read(actual, record->window, record->actual,
		       record->window_len);
	/* From memory, not from the cache that gave the first answer. */
	yt_buffer_flush(actual);
	record->persists = yt_buffer_same(actual, record->window,
					  record->actual, record->window_len);
}

/* Of a packet that was rightly refused: the nearest of the allowed contents. */
static void fill_remains(struct yt_mismatch *record,
			 const struct yt_operation *op)
{
	enum yt_remains remains;

	remains = yt_refused_nearest(op, &record->difference);
	fill_window(record, &op->destination, yt_refused_len(op));
	yt_refused_expect(op, remains, record->expected, record->window,
			  record->window_len);
}

static void fill_output(struct yt_mismatch *record,
			const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	const struct yt_buffer *actual = &op->destination;
	const u8 *expected;
	unsigned int len;

	if (op->direction == CRYPTORTURE_DIRECTION_TAMPERED && op->err == -EBADMSG)
		fill_remains(record, op);
	if (op->direction == CRYPTORTURE_DIRECTION_TAMPERED || op->err)
		return;
	expected = yt_operation_expected(op, &len);
	yt_buffer_compare(actual, &record->difference, expected, len,
			  vector->head_len, vector->text_len);
	fill_window(record, actual, len);
	memcpy(record->expected, expected + record->window, record->window_len);
}

/* Is it the right result of another packet? Then requests were confused. */
static void find_foreign(struct yt_mismatch *record,
			 const struct yt_operation *op)
{
	const struct yt_test_sa *test_sa = op->reader.test_sa;
	unsigned int i;

	for (i = 0; i < YT_SA_VECTORS; i++) {
		const struct yt_vector *other = &test_sa->vectors[i];
		const u8 *result = op->direction == CRYPTORTURE_DIRECTION_ENCRYPT ?
			yt_test_sa_sealed(test_sa, op->transform, i) :
			other->plain;
		u32 len = op->direction == CRYPTORTURE_DIRECTION_ENCRYPT ?
			yt_vector_sealed_len(other) : yt_vector_plain_len(other);

		/* Enough bytes that it cannot be chance. */
		if (i == op->vector || len < record->window + 16 ||
		    record->window_len < 16)
			continue;
		len = min(len - record->window, record->window_len);
		if (len < other->head_len + 16 ||
		    !yt_same(result + record->window, record->actual, len))
			continue;
		record->is_foreign = true;
		record->foreign = other->index;
		return;
	}
}

static void fill_identity(struct yt_mismatch *record,
			  const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	const struct yt_sa *sa = &op->reader.test_sa->sa;

	record->run = op->cpu->exercise->number;
	record->context = op->context;
	record->algorithm = sa->alg->name;
	strscpy(record->driver, yt_operation_transform(op)->driver->name,
		sizeof(record->driver));
	record->direction = op->direction;
	yt_layout_name(&op->layout, record->layout);
	record->seed = sa->seed;
	record->index = vector->index;
	record->key_len = sa->key_len;
	record->icv_len = vector->icv_len;
	record->payload_len = vector->payload_len;
	record->text_offset = vector->head_len;
	record->text_len = vector->text_len;
	record->status_expected = yt_operation_status(op);
	record->cpu_reference = op->reader.test_sa->cpu;
}

static void fill_course(struct yt_mismatch *record,
			const struct yt_operation *op)
{
	record->status = op->err;
	record->cpu_after = op->cpu_after;
	record->course = op->course;
	record->in_flight = op->others_in_flight;
	record->simd = op->simd;
	record->live = op->live;
	record->duration = yt_clock_ns(op->start, op->end);
	record->injected = op->injected;
}

static void fill_concurrent(struct yt_mismatch *record, const struct yt_operation *op)
{
	unsigned int i;

	record->concurrent_count = yt_concurrent_find(op, record->concurrent,
						      ARRAY_SIZE(record->concurrent));
	for (i = 0; i < record->concurrent_count; i++) {
		struct yt_concurrent *other = &record->concurrent[i];
		unsigned int number = yt_history_driver(other->op);

		other->driver = yt_driver_id(op->cpu->exercise->drivers[number]);
	}
}

/* As in the control program. */
static const char *const context_names[__CRYPTORTURE_CONTEXT_MAX] = {
	[CRYPTORTURE_CONTEXT_TASK]	= "task",
	[CRYPTORTURE_CONTEXT_SOFTIRQ]	= "softirq",
	[CRYPTORTURE_CONTEXT_CALLER]	= "caller",
};

static const char *const direction_names[__CRYPTORTURE_DIRECTION_MAX] = {
	[CRYPTORTURE_DIRECTION_ENCRYPT]		= "encrypt",
	[CRYPTORTURE_DIRECTION_DECRYPT]		= "decrypt",
	[CRYPTORTURE_DIRECTION_TAMPERED]	= "tampered",
};

static const char *const what_names[__CRYPTORTURE_WHAT_MAX] = {
	[CRYPTORTURE_WHAT_TEXT]		= " text",
	[CRYPTORTURE_WHAT_ICV]		= " icv",
	[CRYPTORTURE_WHAT_HEADER]	= " header",
	[CRYPTORTURE_WHAT_IV]		= " iv",
	[CRYPTORTURE_WHAT_GUARD]	= " guard",
	[CRYPTORTURE_WHAT_SOURCE]	= " source",
	[CRYPTORTURE_WHAT_REQUEST]	= " request",
	[CRYPTORTURE_WHAT_STATUS]	= " status",
	[CRYPTORTURE_WHAT_ACCEPTED]	= " accepted",
	[CRYPTORTURE_WHAT_STUCK]	= " stuck",
	[CRYPTORTURE_WHAT_COMPLETION]	= " completion",
	[CRYPTORTURE_WHAT_REGISTER]	= " register",
	[CRYPTORTURE_WHAT_REFERENCE]	= " reference",
};

/* The line of the verdict, in case the host crashes before it. */
static void log_first(const struct yt_exercise *exercise)
{
	const struct yt_config *config = &exercise->config;

	pr_warn("run %llu: verdict CORRUPT so far: seed=%#llx duration_ms=%llu contexts=%#x disturb=%#x cpus=%*pbl load=%u timer_hz=%u exercisers=%u inject_every=%llu drivers=%u\n",
		exercise->number, config->seed, config->duration_ms,
		config->contexts, config->disturb,
		cpumask_pr_args(&config->cpus), config->load, config->timer_hz,
		config->exercisers, config->inject_every, exercise->count);
}

bool yt_note_may_log(struct yt_exercise *exercise)
{
	int count;

	/* In a flood all CPUs would write to it. */
	if (atomic_read(&exercise->logged) >= YT_LOGGED_MAX)
		return false;
	count = atomic_inc_return(&exercise->logged);
	if (count == 1)
		log_first(exercise);
	return count <= YT_LOGGED_MAX;
}

/*
 * The first mismatches also go to the kernel log, so that they survive a crash. They are
 * counted, not limited by rate: that would leave out those of a run that is the next of
 * several short ones.
 */
static void log_mismatch(const struct yt_operation *op, u32 what, u64 number)
{
	struct yt_exercise *exercise = op->cpu->exercise;
	char wrong[__CRYPTORTURE_WHAT_MAX * 10] = "";
	unsigned int i;

	if (!yt_note_may_log(exercise))
		return;
	for (i = 0; i < __CRYPTORTURE_WHAT_MAX; i++)
		if (what & BIT(i))
			strlcat(wrong, what_names[i], sizeof(wrong));
	pr_warn("mismatch %llu of run %llu: %s %s in %s context, CPU %u to %u, wrong:%s, seed %#llx, index %llu%s\n",
		number, exercise->number,
		yt_operation_transform(op)->driver->name,
		direction_names[op->direction],
		context_names[op->context], op->cpu_before,
		what & BIT(CRYPTORTURE_WHAT_STUCK) ? op->cpu_before : op->cpu_after,
		wrong, exercise->config.seed,
		yt_operation_vector(op)->index,
		op->injected ? ", injected" : "");
}

/**
 * struct finding - what a record is made of
 * @op: the operation
 * @what: bits of enum cryptorture_what
 * @replay: whether its packet is run again
 */
struct finding {
	struct yt_operation *op;
	u32 what;
	enum cryptorture_replay_state replay;
};

static void fill_record(struct yt_mismatch *record, void *data)
{
	const struct finding *finding = data;
	const struct yt_operation *op = finding->op;
	u8 room[YT_MAX_IV];

	record->what = finding->what;
	record->replay.state = finding->replay;
	record->cpu_before = op->cpu_before;
	record->cpu_after = op->cpu_before;
	fill_identity(record, op);
	/* While the request is in flight, its output means nothing. */
	if (finding->what & BIT(CRYPTORTURE_WHAT_STUCK))
		return;
	fill_course(record, op);
	fill_concurrent(record, op);
	fill_output(record, op);
	if (record->output_wrong)
		find_foreign(record, op);
	if (finding->what & BIT(CRYPTORTURE_WHAT_IV)) {
		memcpy(record->iv_expected, yt_operation_iv_after(op, room),
		       YT_MAX_IV);
		memcpy(record->iv_actual, op->iv + YT_GUARD, YT_MAX_IV);
	}
	yt_outside_find(op, finding->what, &record->change);
}

void yt_note(struct yt_operation *op, u32 what)
{
	struct yt_exercise *exercise = op->cpu->exercise;
	struct finding finding = { .op = op, .what = what };
	struct yt_replay_slot *slot = yt_replay_take(op, what, &finding.replay);
	u64 number = yt_mismatch_add(exercise->ring, fill_record, &finding,
				     slot);

	if (slot)
		yt_replay_put(exercise, slot, number);
	log_mismatch(op, what, number);
	if (exercise->on_mismatch)
		exercise->on_mismatch(exercise);
}

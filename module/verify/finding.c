// SPDX-License-Identifier: GPL-2.0-only
#include <linux/string.h>

#include "verify/finding.h"
#include "verify/note.h"

/* The source of a record. */
struct source {
	struct yt_exercise *exercise;
	const struct yt_register *reg;
	const struct yt_disagreement *reference;
};

static void fill_register(struct yt_mismatch *record, void *data)
{
	const struct source *source = data;
	const struct yt_register *found = source->reg;

	record->run = source->exercise->number;
	record->what = BIT(CRYPTORTURE_WHAT_REGISTER);
	record->seed = source->exercise->config.seed;
	record->context = CRYPTORTURE_CONTEXT_CALLER;
	record->cpu_before = found->cpu_before;
	record->cpu_after = found->cpu_after;
	record->window_len = found->len;
	memcpy(record->expected, found->expected, found->len);
	memcpy(record->actual, found->actual, found->len);
	strscpy(record->register_name, found->name,
		sizeof(record->register_name));
	strscpy(record->owner, found->owner, sizeof(record->owner));
	record->event = found->event;
	record->thread = found->thread;
	record->epoch = found->epoch;
}

static void fill_reference(struct yt_mismatch *record, void *data)
{
	const struct source *source = data;
	const struct yt_disagreement *found = source->reference;
	const struct yt_vector *vector = &found->test_sa->vectors[found->vector];
	unsigned int len = yt_vector_sealed_len(vector);

	record->run = source->exercise->number;
	record->what = BIT(CRYPTORTURE_WHAT_REFERENCE);
	record->seed = source->exercise->config.seed;
	record->context = CRYPTORTURE_CONTEXT_TASK;
	record->algorithm = found->test_sa->sa.alg->name;
	record->direction = CRYPTORTURE_DIRECTION_ENCRYPT;
	/* One of the two, and it is not known which. */
	record->cpu_before = found->test_sa->cpu;
	record->cpu_after = found->cpu;
	record->cpu_reference = found->test_sa->cpu;
	record->index = vector->index;
	record->key_len = found->test_sa->sa.key_len;
	record->icv_len = vector->icv_len;
	record->payload_len = vector->payload_len;
	record->text_offset = vector->head_len;
	record->text_len = vector->text_len;
	record->output_len = len;
	record->output_wrong = yt_compare(&record->difference, vector->sealed,
					  found->again, len, vector->head_len,
					  vector->text_len);
	record->window_len = min_t(u32, len, CRYPTORTURE_WINDOW);
	memcpy(record->expected, vector->sealed, record->window_len);
	memcpy(record->actual, found->again, record->window_len);
}

void yt_finding_register(struct yt_exercise *exercise,
			 const struct yt_register *found)
{
	struct source source = { .exercise = exercise, .reg = found };
	bool first;
	u64 number;

	first = atomic64_inc_return(&exercise->register_mismatches) <=
		YT_LOGGED_MAX;
	number = yt_mismatch_add(exercise->ring, fill_register, &source, first);
	if (yt_note_may_log(exercise))
		pr_warn("mismatch %llu of run %llu: register %s of exerciser %u changed, CPU %u to %u%s%s\n",
			number, exercise->number, found->name,
			found->thread, found->cpu_before,
			found->cpu_after,
			found->owner[0] ? ", it holds " : "",
			found->owner);
	exercise->on_mismatch(exercise);
}

void yt_finding_reference(struct yt_exercise *exercise,
			  const struct yt_disagreement *found)
{
	struct source source = { .exercise = exercise, .reference = found };
	bool first;
	u64 number;

	first = atomic64_inc_return(&exercise->reference_mismatches) <=
		YT_LOGGED_MAX;
	number = yt_mismatch_add(exercise->ring, fill_reference, &source,
				 first);
	if (yt_note_may_log(exercise))
		pr_warn("mismatch %llu of run %llu: CPUs %u and %u computed different expected results of %s\n",
			number, exercise->number,
			found->test_sa->cpu, found->cpu,
			found->test_sa->sa.alg->name);
	exercise->on_mismatch(exercise);
}

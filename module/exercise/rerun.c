// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "exercise/abandon.h"
#include "exercise/rerun.h"
#include "exercise/way.h"

/**
 * struct stand - context of a rerun
 * @exercise: a run that never starts, for attempts
 * @ways: does the work
 * @of: the case
 * @subjects: all drivers of the algorithm that can be used, the one in question
 *	      first
 * @count: how many
 * @bundle: the packet, with a transform of each
 */
struct stand {
	struct yt_exercise exercise;
	struct yt_ways ways;
	struct yt_case of;
	const struct yt_subject *subjects[YT_SUBJECTS_MAX];
	unsigned int count;
	struct yt_bundle *bundle;
};

static void find_subjects(struct stand *stand, const struct yt_subject *wanted)
{
	unsigned int i, count = yt_subjects_count();

	stand->subjects[stand->count++] = wanted;
	for (i = 0; i < count && stand->count < YT_SUBJECTS_MAX; i++) {
		const struct yt_subject *subject = yt_subject_get(i);

		if (subject != wanted && subject->alg == wanted->alg &&
		    subject->present && !subject->broken)
			stand->subjects[stand->count++] = subject;
	}
}

static void drop_subject(struct stand *stand, const struct yt_subject *failed)
{
	unsigned int i, kept = 0;

	for (i = 0; i < stand->count; i++)
		if (stand->subjects[i] != failed)
			stand->subjects[kept++] = stand->subjects[i];
	stand->count = kept;
}

/* Without other drivers whose setkey fails. */
static int make_bundle(struct stand *stand, const struct yt_rerun_spec *spec,
		       const char **why)
{
	const struct yt_subject *failed;
	struct yt_bundle *made;

	for (;;) {
		const struct yt_bundle_spec wanted = {
			.alg = spec->subject->alg,
			.subjects = stand->subjects,
			.count = stand->count,
			.seed = spec->seed,
			.number = div_u64(spec->index, YT_SA_VECTORS),
			.payload_len = spec->payload_len,
		};

		made = yt_bundle_make(&wanted, &failed);
		if (!IS_ERR(made))
			break;
		/* Not a fault of the driver. */
		if (PTR_ERR(made) == -ENOMEM)
			failed = NULL;
		if (failed && failed != spec->subject) {
			drop_subject(stand, failed);
			continue;
		}
		*why = failed ?
		       "this driver cannot be used any more: see 'cryptorture drivers'" :
		       "there is not enough memory";
		return PTR_ERR(made);
	}
	stand->bundle = made;
	return 0;
}

static void set_request_size(struct stand *stand)
{
	struct yt_pool *pool = &stand->exercise.pool;
	unsigned int t;

	for (t = 0; t < stand->bundle->count; t++)
		pool->request_size =
			max(pool->request_size,
			    stand->bundle->transforms[t].request_size);
}

static int lay_out(struct stand *stand, const struct yt_rerun_spec *spec,
		   const char **why)
{
	const struct yt_operation *op = &stand->ways.attempt.op;
	struct yt_case *of = &stand->of;
	struct yt_fields fields;
	u32 vector;

	div_u64_rem(spec->index, YT_SA_VECTORS, &vector);
	yt_operation_fields(&stand->bundle->vectors[vector], &fields);
	if (!yt_layout_fits(&spec->layout, &fields,
			    yt_buffer_backings(&op->source),
			    yt_buffer_backings(&op->destination))) {
		*why = "this layout has no room for the packet: is the record damaged?";
		return -EINVAL;
	}
	if (!yt_layout_allowed(&spec->layout, stand->bundle->sa.alg)) {
		*why = "authencesn has no aliased layouts: is the record damaged?";
		return -EINVAL;
	}
	*of = (struct yt_case){
		.bundle = stand->bundle,
		.vector = vector,
		.direction = spec->direction,
		.layout = spec->layout,
		.context = spec->context,
		.cpu = spec->cpu,
		.payload_len = spec->payload_len,
	};
	return 0;
}

static int fill_and_run(struct stand *stand, const struct yt_rerun_spec *spec,
			const char **why)
{
	struct yt_exercise *exercise = &stand->exercise;
	int err;

	yt_config_default(&exercise->config);
	find_subjects(stand, spec->subject);
	err = make_bundle(stand, spec, why);
	if (err)
		return err;
	set_request_size(stand);
	*why = "there is not enough memory";
	err = yt_ways_init(&stand->ways, exercise);
	if (err)
		return err;
	err = lay_out(stand, spec, why);
	if (err)
		return err;
	yt_ways_run(&stand->ways, &stand->of);
	/* The thread may be on any CPU. */
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void stand_free(struct stand *stand)
{
	/* The request points to the bundle. */
	if (stand->exercise.abandoned && yt_abandon())
		return;
	yt_ways_free(&stand->ways);
	yt_bundle_free(stand->bundle);
	kvfree(stand);
}

int yt_rerun(const struct yt_rerun_spec *spec, struct yt_outcomes *outcomes,
	     const char **why)
{
	struct stand *stand;
	int err;

	*why = "there is not enough memory";
	stand = kvzalloc(sizeof(*stand), GFP_KERNEL);
	if (!stand)
		return -ENOMEM;
	err = fill_and_run(stand, spec, why);
	if (!err) {
		*outcomes = stand->ways.outcomes;
		outcomes->state = CT_REPLAY_STATE_DONE;
	}
	stand_free(stand);
	return err;
}

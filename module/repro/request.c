// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "cpu/abandon.h"
#include "repro/request.h"
#include "repro/runner.h"

/**
 * struct stand - context of a request
 * @exercise: a run that never starts, for the runner
 * @runner: does the work
 * @packet: the case
 * @drivers: all drivers of the algorithm that can be used, the one in question
 *	      first
 * @count: how many
 * @test_sa: the packet, with a transform of each
 */
struct stand {
	struct yt_exercise exercise;
	struct yt_replay_runner runner;
	struct yt_replay_case packet;
	const struct yt_driver *drivers[YT_DRIVERS_MAX];
	unsigned int count;
	struct yt_test_sa *test_sa;
};

static void find_drivers(struct stand *stand, const struct yt_driver *wanted)
{
	unsigned int i, count = yt_drivers_count();

	stand->drivers[stand->count++] = wanted;
	for (i = 0; i < count && stand->count < YT_DRIVERS_MAX; i++) {
		const struct yt_driver *driver = yt_driver_get(i);

		if (driver != wanted && driver->alg == wanted->alg &&
		    driver->present && !driver->broken)
			stand->drivers[stand->count++] = driver;
	}
}

static void drop_driver(struct stand *stand, const struct yt_driver *failed)
{
	unsigned int i, kept = 0;

	for (i = 0; i < stand->count; i++)
		if (stand->drivers[i] != failed)
			stand->drivers[kept++] = stand->drivers[i];
	stand->count = kept;
}

/* Without other drivers whose setkey fails. */
static int make_test_sa(struct stand *stand, const struct yt_replay_request *spec,
			const char **why)
{
	const struct yt_driver *failed;
	struct yt_test_sa *made;

	for (;;) {
		const struct yt_test_sa_spec wanted = {
			.alg = spec->driver->alg,
			.drivers = stand->drivers,
			.count = stand->count,
			.seed = spec->seed,
			.number = div_u64(spec->index, YT_SA_VECTORS),
			.payload_len = spec->payload_len,
		};

		made = yt_test_sa_make(&wanted, &failed);
		if (!IS_ERR(made))
			break;
		/* Not a fault of the driver. */
		if (PTR_ERR(made) == -ENOMEM)
			failed = NULL;
		if (failed && failed != spec->driver) {
			drop_driver(stand, failed);
			continue;
		}
		*why = failed ?
		       "this driver cannot be used any more: see 'cryptorture drivers'" :
		       "there is not enough memory";
		return PTR_ERR(made);
	}
	stand->test_sa = made;
	return 0;
}

static void set_request_size(struct stand *stand)
{
	struct yt_pool *pool = &stand->exercise.pool;
	unsigned int t;

	for (t = 0; t < stand->test_sa->count; t++)
		pool->request_size =
			max(pool->request_size,
			    stand->test_sa->transforms[t].request_size);
}

static int lay_out(struct stand *stand, const struct yt_replay_request *spec,
		   const char **why)
{
	const struct yt_operation *op = &stand->runner.single.op;
	struct yt_replay_case *packet = &stand->packet;
	struct yt_fields fields;
	u32 vector;

	div_u64_rem(spec->index, YT_SA_VECTORS, &vector);
	yt_operation_fields(&stand->test_sa->vectors[vector], &fields);
	if (!yt_layout_fits(&spec->layout, &fields,
			    yt_buffer_backings(&op->source),
			    yt_buffer_backings(&op->destination))) {
		*why = "this layout has no room for the packet: is the record damaged?";
		return -EINVAL;
	}
	if (!yt_layout_allowed(&spec->layout, stand->test_sa->sa.alg)) {
		*why = "authencesn has no aliased layouts: is the record damaged?";
		return -EINVAL;
	}
	*packet = (struct yt_replay_case){
		.test_sa = stand->test_sa,
		.vector = vector,
		.direction = spec->direction,
		.layout = spec->layout,
		.context = spec->context,
		.cpu = spec->cpu,
		.payload_len = spec->payload_len,
	};
	return 0;
}

static int fill_and_run(struct stand *stand, const struct yt_replay_request *spec,
			const char **why)
{
	struct yt_exercise *exercise = &stand->exercise;
	int err;

	yt_config_default(&exercise->config);
	find_drivers(stand, spec->driver);
	err = make_test_sa(stand, spec, why);
	if (err)
		return err;
	set_request_size(stand);
	*why = "there is not enough memory";
	err = yt_replay_runner_init(&stand->runner, exercise);
	if (err)
		return err;
	err = lay_out(stand, spec, why);
	if (err)
		return err;
	yt_replay_run(&stand->runner, &stand->packet);
	/* The thread may be on any CPU. */
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void stand_free(struct stand *stand)
{
	/* The request points to the test SA. */
	if (stand->exercise.abandoned && yt_abandon())
		return;
	yt_replay_runner_free(&stand->runner);
	yt_test_sa_free(stand->test_sa);
	kvfree(stand);
}

int yt_replay_requested(const struct yt_replay_request *spec, struct yt_outcomes *outcomes,
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
		*outcomes = stand->runner.outcomes;
		outcomes->state = CRYPTORTURE_REPLAY_STATE_DONE;
	}
	stand_free(stand);
	return err;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>

#include "control/run.h"
#include "drivers/search.h"
#include "netlink/message.h"
#include "netlink/put.h"
#include "netlink/reply.h"
#include "netlink/request.h"
#include "netlink/work.h"

static const char no_start[] =
	"a run is active already: 'cryptorture stop' ends it";
static const char no_bench[] =
	"a run is active, and would be measured too: 'cryptorture stop' ends it";
static const char no_replay[] =
	"a run is active, and keeps records of its own: 'cryptorture stop' ends it";

static int refuse(struct netlink_ext_ack *extack, int err, const char *why)
{
	yt_refuse(extack, NULL, why);
	return err;
}

static int find_drivers(struct yt_steps *steps, struct netlink_ext_ack *extack)
{
	int err = yt_drivers_find(steps);

	return err == -ENOMEM ? yt_out_of_memory(extack) : err;
}

static int search(struct nlattr **attrs, struct yt_steps *steps,
		  struct sk_buff *result, struct netlink_ext_ack *extack)
{
	return find_drivers(steps, extack);
}

static int check_start(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	struct yt_config *config;
	int err;

	/* Not after a search of seconds. */
	if (yt_run_is_on())
		return refuse(extack, -EBUSY, no_start);
	config = kmalloc(sizeof(*config), GFP_KERNEL);
	if (!config)
		return yt_out_of_memory(extack);
	err = yt_get_config(attrs, config, extack);
	kfree(config);
	return err;
}

static int start_run(struct nlattr **attrs, const struct yt_config *config,
		     struct yt_steps *steps, struct netlink_ext_ack *extack)
{
	const struct yt_driver **drivers;
	unsigned int count;
	const char *why;
	int err;

	err = yt_get_drivers(attrs[CRYPTORTURE_A_CONFIG_DRIVERS], &drivers, &count,
			     extack);
	if (err)
		return err;
	yt_steps_begin(steps, CRYPTORTURE_JOB_STEP_START, 0);
	err = yt_run_start(config, drivers, count, &why);
	kfree(drivers);
	/* The sentences are constants, so they outlive this call. */
	return err ? refuse(extack, err, why) : 0;
}

static int start(struct nlattr **attrs, struct yt_steps *steps,
		 struct sk_buff *result, struct netlink_ext_ack *extack)
{
	struct yt_config *config;
	int err;

	config = kmalloc(sizeof(*config), GFP_KERNEL);
	if (!config)
		return yt_out_of_memory(extack);
	err = yt_get_config(attrs, config, extack);
	if (!err)
		err = find_drivers(steps, extack);
	/* A second search of a loaded module may be too short to be cancelled. */
	if (!err && yt_steps_cancelled(steps))
		err = -ECANCELED;
	if (!err)
		err = start_run(attrs, config, steps, extack);
	kfree(config);
	return err;
}

static int stop(struct nlattr **attrs, struct yt_steps *steps,
		struct sk_buff *result, struct netlink_ext_ack *extack)
{
	yt_steps_begin(steps, CRYPTORTURE_JOB_STEP_STOP, 0);
	if (yt_run_stop(CRYPTORTURE_END_STOPPED))
		return refuse(extack, -ESRCH, "no run is active");
	return yt_put_run_status(result);
}

static int check_bench(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	return yt_run_is_on() ? refuse(extack, -EBUSY, no_bench) : 0;
}

static int measure(const struct yt_bench_spec *spec, struct sk_buff *msg,
		   struct netlink_ext_ack *extack)
{
	struct yt_bench_result result;
	int err;

	if (yt_run_exclude())
		return refuse(extack, -EBUSY, no_bench);
	err = yt_bench(spec, &result);
	yt_run_include();
	if (err)
		return refuse(extack, err, result.why);
	if (put_u64(msg, CRYPTORTURE_A_BENCH_OPERATIONS, result.operations,
		    CRYPTORTURE_A_BENCH_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_BENCH_BYTES, result.bytes, CRYPTORTURE_A_BENCH_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_BENCH_TIME, result.time, CRYPTORTURE_A_BENCH_PAD) ||
	    (result.generic &&
	     nla_put_string(msg, CRYPTORTURE_A_BENCH_GENERIC, result.generic->name)))
		return -EMSGSIZE;
	return 0;
}

static int bench(struct nlattr **attrs, struct yt_steps *steps,
		 struct sk_buff *result, struct netlink_ext_ack *extack)
{
	struct yt_bench_spec spec;
	int err;

	err = find_drivers(steps, extack);
	if (!err)
		err = yt_get_bench(attrs, &spec, extack);
	if (err)
		return err;
	yt_steps_begin(steps, CRYPTORTURE_JOB_STEP_MEASURE, 0);
	spec.steps = steps;
	err = measure(&spec, result, extack);
	return !err && yt_steps_cancelled(steps) ? -ECANCELED : err;
}

static int check_replay(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	return yt_run_is_on() ? refuse(extack, -EBUSY, no_replay) : 0;
}

static int rerun(const struct yt_replay_request *spec, struct sk_buff *msg,
		 struct netlink_ext_ack *extack)
{
	struct yt_outcomes *outcomes;
	const char *why;
	int err;

	if (yt_run_exclude())
		return refuse(extack, -EBUSY, no_replay);
	outcomes = kzalloc(sizeof(*outcomes), GFP_KERNEL);
	if (outcomes) {
		err = yt_replay_requested(spec, outcomes, &why);
		if (err)
			refuse(extack, err, why);
	} else {
		err = yt_out_of_memory(extack);
	}
	yt_run_include();
	if (!err)
		err = yt_put_replay(msg, outcomes);
	kfree(outcomes);
	return err;
}

static int replay(struct nlattr **attrs, struct yt_steps *steps,
		  struct sk_buff *result, struct netlink_ext_ack *extack)
{
	struct yt_replay_request spec;
	int err;

	err = find_drivers(steps, extack);
	if (!err)
		err = yt_get_replay(attrs, &spec, extack);
	if (err)
		return err;
	yt_steps_begin(steps, CRYPTORTURE_JOB_STEP_REPLAY, 0);
	return rerun(&spec, result, extack);
}

const struct yt_work yt_works[__CRYPTORTURE_JOB_KIND_MAX] = {
	[CRYPTORTURE_JOB_KIND_SEARCH] = { .run = search },
	[CRYPTORTURE_JOB_KIND_START] = {
		.attr = CRYPTORTURE_A_JOB_CONFIG,
		.max = CRYPTORTURE_A_CONFIG_MAX,
		.policy = yt_config_policy,
		.check = check_start,
		.run = start,
	},
	[CRYPTORTURE_JOB_KIND_STOP] = {
		.run = stop,
		.result = CRYPTORTURE_A_JOB_STATUS,
		.size = YT_STATUS_SIZE,
	},
	[CRYPTORTURE_JOB_KIND_BENCH] = {
		.attr = CRYPTORTURE_A_JOB_BENCH,
		.max = CRYPTORTURE_A_BENCH_MAX,
		.policy = yt_bench_policy,
		.check = check_bench,
		.run = bench,
		.result = CRYPTORTURE_A_JOB_BENCH,
		.size = NLMSG_DEFAULT_SIZE,
	},
	[CRYPTORTURE_JOB_KIND_REPLAY] = {
		.attr = CRYPTORTURE_A_JOB_PACKET,
		.max = CRYPTORTURE_A_MISMATCH_MAX,
		.policy = yt_replay_policy,
		.check = check_replay,
		.run = replay,
		.result = CRYPTORTURE_A_JOB_PACKET,
		.size = YT_REPLAY_SIZE,
	},
};

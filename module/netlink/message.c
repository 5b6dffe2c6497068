// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/slab.h>

#include "control/job.h"
#include "netlink/message.h"
#include "netlink/put.h"
#include "op/interrupt.h"

static int put_drivers(struct sk_buff *msg, const struct yt_exercise *exercise)
{
	struct nlattr *list;
	unsigned int i;

	if (!exercise)
		return 0;
	list = nla_nest_start(msg, CRYPTORTURE_A_CONFIG_DRIVERS);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < exercise->count; i++)
		if (nla_put_string(msg, CRYPTORTURE_A_LIST_DRIVER,
				   exercise->drivers[i]->name))
			return -EMSGSIZE;
	nla_nest_end(msg, list);
	return 0;
}

static int put_cpus(struct sk_buff *msg, const struct cpumask *cpus)
{
	struct nlattr *attr;
	int len;

	/* "%*pbl" twice: for its length, and into place. */
	len = snprintf(NULL, 0, "%*pbl", cpumask_pr_args(cpus)) + 1;
	attr = nla_reserve(msg, CRYPTORTURE_A_CONFIG_CPUS, len);
	if (!attr)
		return -EMSGSIZE;
	snprintf(nla_data(attr), len, "%*pbl", cpumask_pr_args(cpus));
	return 0;
}

static int put_sizes(struct sk_buff *msg, const struct yt_sizes *sizes)
{
	char text[YT_SIZES_TEXT];

	if (!sizes->count)
		return 0;
	yt_sizes_print(sizes, text, sizeof(text));
	return nla_put_string(msg, CRYPTORTURE_A_CONFIG_SIZES, text);
}

static int put_config(struct sk_buff *msg, const struct yt_config *config,
		      const struct yt_exercise *exercise)
{
	struct nlattr *nest = nla_nest_start(msg, CRYPTORTURE_A_STATUS_CONFIG);

	if (!nest ||
	    put_u64(msg, CRYPTORTURE_A_CONFIG_DURATION_MS, config->duration_ms,
		    CRYPTORTURE_A_CONFIG_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_CONFIG_SEED, config->seed, CRYPTORTURE_A_CONFIG_PAD) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONFIG_CONTEXTS, config->contexts) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONFIG_DISTURB, config->disturb) ||
	    put_cpus(msg, &config->cpus) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONFIG_LOAD, config->load) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONFIG_TIMER_HZ, config->timer_hz) ||
	    put_u64(msg, CRYPTORTURE_A_CONFIG_INJECT_EVERY, config->inject_every,
		    CRYPTORTURE_A_CONFIG_PAD) ||
	    put_flag(msg, CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH, config->until_mismatch) ||
	    put_sizes(msg, &config->sizes) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONFIG_EXERCISERS, config->exercisers) ||
	    put_drivers(msg, exercise))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_disturber(struct sk_buff *msg, u32 id,
			 const struct yt_status_disturber *disturber)
{
	struct nlattr *nest = nla_nest_start(msg, CRYPTORTURE_A_LIST_DISTURBER);

	if (!nest || nla_put_u32(msg, CRYPTORTURE_A_DISTURBER_ID, id) ||
	    put_u64(msg, CRYPTORTURE_A_DISTURBER_COUNT, disturber->count,
		    CRYPTORTURE_A_DISTURBER_PAD) ||
	    (disturber->impossible &&
	     nla_put_string(msg, CRYPTORTURE_A_DISTURBER_REASON, disturber->impossible)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_disturbers(struct sk_buff *msg, const struct yt_status *status)
{
	struct nlattr *list = nla_nest_start(msg, CRYPTORTURE_A_STATUS_DISTURBERS);
	unsigned int i;

	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < __CRYPTORTURE_DISTURBER_MAX; i++)
		if (status->config.disturb & BIT(i) &&
		    put_disturber(msg, i, &status->disturbers[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, list);
	return 0;
}

/* One of a structure of counts; nothing where there is no attribute for it. */
static int put_count(struct sk_buff *msg, int attr, int pad, const void *counts,
		     size_t offset)
{
	return attr ? put_u64(msg, attr, *(const u64 *)(counts + offset), pad) : 0;
}

static int put_totals(struct sk_buff *msg, const struct yt_status *status)
{
	int err = 0;

#define YT_CELL_COUNT(name, status_attr, cell_attr)				\
	(err = err ?: put_count(msg, status_attr, CRYPTORTURE_A_STATUS_PAD,		\
				&status->sum.total, offsetof(struct yt_cell, name)))
#define YT_OP_COUNT(name, status_attr)						\
	(err = err ?: put_count(msg, status_attr, CRYPTORTURE_A_STATUS_PAD,		\
				&status->counts, offsetof(struct yt_op_counts, name)))
#include "evidence/count_list.h"
	return err;
}

static int put_cell_counts(struct sk_buff *msg, const struct yt_cell *cell)
{
	int err = 0;

#define YT_CELL_COUNT(name, status_attr, cell_attr)				\
	(err = err ?: put_count(msg, cell_attr, CRYPTORTURE_A_CELL_PAD, cell,		\
				offsetof(struct yt_cell, name)))
#include "evidence/count_list.h"
	return err;
}

int yt_put_status(struct sk_buff *msg, const struct yt_status *status,
		  const struct yt_exercise *exercise)
{
	const struct {
		int attr;
		u64 value;
	} numbers[] = {
		{ CRYPTORTURE_A_STATUS_RUN, status->number },
		{ CRYPTORTURE_A_STATUS_SEED, status->config.seed },
		{ CRYPTORTURE_A_STATUS_ELAPSED, status->elapsed },
		{ CRYPTORTURE_A_STATUS_STARTED, status->started },
		{ CRYPTORTURE_A_STATUS_RECORDS, status->records },
		{ CRYPTORTURE_A_STATUS_OVERWRITTEN, status->overwritten },
		{ CRYPTORTURE_A_STATUS_UNRECORDED, status->unrecorded },
		{ CRYPTORTURE_A_STATUS_MEMORY, status->memory },
		{ CRYPTORTURE_A_STATUS_VECTORS, status->vectors },
		{ CRYPTORTURE_A_STATUS_REGISTER_CHECKS, status->register_checks },
		{ CRYPTORTURE_A_STATUS_REGISTER_MISMATCHES, status->register_mismatches },
		{ CRYPTORTURE_A_STATUS_REFERENCE_CHECKS, status->reference_checks },
		{ CRYPTORTURE_A_STATUS_MISMATCHES_VOID, status->mismatches_void },
	};
	size_t i;

	if (nla_put_u32(msg, CRYPTORTURE_A_STATUS_STATE, status->state) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_VERDICT, status->verdict) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_END, status->end) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_CELLS_PLANNED, status->sum.planned) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_CELLS_REACHED, status->sum.reached) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_CELLS_EXEMPT, status->sum.exempt) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_FPU_NESTS,
			/* Where they are threads, none can come over a section. */
			!IS_ENABLED(CONFIG_PREEMPT_RT) &&
			yt_interrupt_fpu_nests()) ||
	    nla_put_u32(msg, CRYPTORTURE_A_STATUS_DEFAULTS_CHANGED,
			yt_drivers_defaults_changed()) ||
	    nla_put(msg, CRYPTORTURE_A_STATUS_SWEEP, sizeof(status->sweep),
		    status->sweep))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (put_u64(msg, numbers[i].attr, numbers[i].value,
			    CRYPTORTURE_A_STATUS_PAD))
			return -EMSGSIZE;
	if (put_totals(msg, status))
		return -EMSGSIZE;
	if (status->failure[0] &&
	    nla_put_string(msg, CRYPTORTURE_A_STATUS_FAILURE, status->failure))
		return -EMSGSIZE;
	if (status->digest_done &&
	    nla_put(msg, CRYPTORTURE_A_STATUS_DIGEST, sizeof(status->digest),
		    status->digest))
		return -EMSGSIZE;
	if (!status->number)
		return 0;
	return put_disturbers(msg, status) ||
	       put_config(msg, &status->config, exercise) ? -EMSGSIZE : 0;
}

int yt_put_run_status(struct sk_buff *msg)
{
	const struct yt_exercise *exercise;
	u64 job = yt_job_current();
	struct yt_status *status;
	int err;

	status = kmalloc(sizeof(*status), GFP_KERNEL);
	if (!status)
		return -ENOMEM;
	yt_run_status(status);
	exercise = yt_run_lock();
	/* One that has begun since has other drivers: then none are listed. */
	if (exercise && exercise->number != status->number)
		exercise = NULL;
	err = yt_put_status(msg, status, exercise);
	yt_run_unlock();
	kfree(status);
	if (!err && job)
		err = put_u64(msg, CRYPTORTURE_A_STATUS_JOB, job, CRYPTORTURE_A_STATUS_PAD);
	return err;
}

int yt_put_driver(struct sk_buff *msg, unsigned int id,
		  const struct yt_driver *driver)
{
	if (nla_put_u32(msg, CRYPTORTURE_A_DRIVER_ID, id) ||
	    nla_put_string(msg, CRYPTORTURE_A_DRIVER_NAME, driver->name) ||
	    nla_put_string(msg, CRYPTORTURE_A_DRIVER_ALGORITHM, driver->alg->name) ||
	    put_flag(msg, CRYPTORTURE_A_DRIVER_ASYNC, driver->async) ||
	    put_flag(msg, CRYPTORTURE_A_DRIVER_SIMD, driver->simd) ||
	    put_flag(msg, CRYPTORTURE_A_DRIVER_DEFERRED, driver->deferred) ||
	    put_flag(msg, CRYPTORTURE_A_DRIVER_DEFAULT, driver->is_default) ||
	    put_flag(msg, CRYPTORTURE_A_DRIVER_PRESENT, driver->present) ||
	    put_flag(msg, CRYPTORTURE_A_DRIVER_EXPECTED, driver->broken))
		return -EMSGSIZE;
	if (driver->present &&
	    (nla_put_string(msg, CRYPTORTURE_A_DRIVER_MODULE, driver->module) ||
	     nla_put_s32(msg, CRYPTORTURE_A_DRIVER_PRIORITY, driver->priority)))
		return -EMSGSIZE;
	if (driver->err && nla_put_u32(msg, CRYPTORTURE_A_DRIVER_ERRNO, -driver->err))
		return -EMSGSIZE;
	if (driver->reason[0] &&
	    nla_put_string(msg, CRYPTORTURE_A_DRIVER_REASON, driver->reason))
		return -EMSGSIZE;
	return 0;
}

int yt_put_cell(struct sk_buff *msg, const struct yt_exercise *exercise,
		unsigned int cpu, unsigned int driver, enum cryptorture_context context,
		enum cryptorture_direction direction)
{
	const struct yt_coverage *coverage = &exercise->coverage;
	struct yt_cell cell;

	yt_coverage_cell(coverage, cpu,
			 yt_cell_index(driver, context, direction), &cell);
	if (nla_put_u32(msg, CRYPTORTURE_A_CELL_CPU, cpu) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CELL_DRIVER,
			yt_driver_id(exercise->drivers[driver])) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CELL_CONTEXT, context) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CELL_DIRECTION, direction) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CELL_EXEMPT,
			yt_coverage_exempt(coverage, driver, context,
					   direction)) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CELL_GAP,
			yt_coverage_gap(coverage, cpu, driver, context,
					direction)))
		return -EMSGSIZE;
	return put_cell_counts(msg, &cell);
}

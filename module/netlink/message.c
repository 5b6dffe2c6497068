// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/slab.h>

#include "exercise/interrupt.h"
#include "netlink/message.h"

static int put_u64(struct sk_buff *msg, int attr, u64 value, int pad)
{
	return nla_put_u64_64bit(msg, attr, value, pad);
}

static int put_flag(struct sk_buff *msg, int attr, bool value)
{
	return value ? nla_put_flag(msg, attr) : 0;
}

static int put_drivers(struct sk_buff *msg, const struct ct_exercise *of)
{
	struct nlattr *list;
	unsigned int i;

	if (!of)
		return 0;
	list = nla_nest_start(msg, CT_CONFIG_DRIVERS);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < of->count; i++)
		if (nla_put_string(msg, CT_LIST_DRIVER,
				   of->subjects[i]->driver))
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
	attr = nla_reserve(msg, CT_CONFIG_CPUS, len);
	if (!attr)
		return -EMSGSIZE;
	snprintf(nla_data(attr), len, "%*pbl", cpumask_pr_args(cpus));
	return 0;
}

static int put_sizes(struct sk_buff *msg, const struct ct_sizes *sizes)
{
	char text[CT_SIZES_TEXT];

	if (!sizes->count)
		return 0;
	ct_sizes_print(sizes, text, sizeof(text));
	return nla_put_string(msg, CT_CONFIG_SIZES, text);
}

static int put_config(struct sk_buff *msg, const struct ct_config *config,
		      const struct ct_exercise *of)
{
	struct nlattr *nest = nla_nest_start(msg, CT_STATUS_CONFIG);

	if (!nest ||
	    put_u64(msg, CT_CONFIG_DURATION_MS, config->duration_ms,
		    CT_CONFIG_PAD) ||
	    put_u64(msg, CT_CONFIG_SEED, config->seed, CT_CONFIG_PAD) ||
	    nla_put_u32(msg, CT_CONFIG_CONTEXTS, config->contexts) ||
	    nla_put_u32(msg, CT_CONFIG_DISTURB, config->disturb) ||
	    put_cpus(msg, &config->cpus) ||
	    nla_put_u32(msg, CT_CONFIG_LOAD, config->load) ||
	    nla_put_u32(msg, CT_CONFIG_TIMER_HZ, config->timer_hz) ||
	    put_u64(msg, CT_CONFIG_INJECT_EVERY, config->inject_every,
		    CT_CONFIG_PAD) ||
	    put_flag(msg, CT_CONFIG_UNTIL_MISMATCH, config->until_mismatch) ||
	    put_sizes(msg, &config->sizes) ||
	    nla_put_u32(msg, CT_CONFIG_EXERCISERS, config->exercisers) ||
	    put_drivers(msg, of))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_disturber(struct sk_buff *msg, u32 id,
			 const struct ct_status_disturber *disturber)
{
	struct nlattr *nest = nla_nest_start(msg, CT_LIST_DISTURBER);

	if (!nest || nla_put_u32(msg, CT_DISTURBER_ID, id) ||
	    put_u64(msg, CT_DISTURBER_COUNT, disturber->count,
		    CT_DISTURBER_PAD) ||
	    (disturber->impossible &&
	     nla_put_string(msg, CT_DISTURBER_REASON, disturber->impossible)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_disturbers(struct sk_buff *msg, const struct ct_status *status)
{
	struct nlattr *list = nla_nest_start(msg, CT_STATUS_DISTURBERS);
	unsigned int i;

	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < CT_DISTURBERS; i++)
		if (status->config.disturb & BIT(i) &&
		    put_disturber(msg, i, &status->disturbers[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, list);
	return 0;
}

int ct_put_status(struct sk_buff *msg, const struct ct_status *status,
		  const struct ct_exercise *of)
{
	const struct ct_cell *total = &status->sum.total;
	const struct {
		int attr;
		u64 value;
	} numbers[] = {
		{ CT_STATUS_RUN, status->number },
		{ CT_STATUS_SEED, status->config.seed },
		{ CT_STATUS_ELAPSED, status->elapsed },
		{ CT_STATUS_STARTED, status->started },
		{ CT_STATUS_OPERATIONS, total->operations },
		{ CT_STATUS_BYTES, total->bytes },
		{ CT_STATUS_BLOCKS, total->blocks },
		{ CT_STATUS_MISMATCHES, total->mismatches },
		{ CT_STATUS_INJECTED, status->injected },
		{ CT_STATUS_INJECTED_FOUND, status->injected_found },
		{ CT_STATUS_RECORDS, status->records },
		{ CT_STATUS_OVERWRITTEN, status->overwritten },
		{ CT_STATUS_UNRECORDED, status->unrecorded },
		{ CT_STATUS_INTERRUPTIONS, total->interruptions },
		{ CT_STATUS_FPU_HITS, total->fpu_hits },
		{ CT_STATUS_PREEMPTIONS, total->preemptions },
		{ CT_STATUS_NESTED, total->nested },
		{ CT_STATUS_NESTED_FPU, total->nested_fpu },
		{ CT_STATUS_MEMORY, status->memory },
		{ CT_STATUS_VECTORS, status->vectors },
		{ CT_STATUS_STARVED, status->starved },
		{ CT_STATUS_NESTED_USER, total->live },
		{ CT_STATUS_FALLBACKS, total->fallbacks },
		{ CT_STATUS_MIGRATIONS, total->migrations },
		{ CT_STATUS_ASYNC, total->async },
		{ CT_STATUS_REORDERED, total->reordered },
		{ CT_STATUS_BACKLOGGED, total->backlogged },
		{ CT_STATUS_REGISTER_CHECKS, status->register_checks },
		{ CT_STATUS_REGISTER_MISMATCHES, status->register_mismatches },
		{ CT_STATUS_REFERENCE_CHECKS, status->reference_checks },
	};
	size_t i;

	if (nla_put_u32(msg, CT_STATUS_STATE, status->state) ||
	    nla_put_u32(msg, CT_STATUS_VERDICT, status->verdict) ||
	    nla_put_u32(msg, CT_STATUS_END, status->end) ||
	    nla_put_u32(msg, CT_STATUS_CELLS_PLANNED, status->sum.planned) ||
	    nla_put_u32(msg, CT_STATUS_CELLS_REACHED, status->sum.reached) ||
	    nla_put_u32(msg, CT_STATUS_CELLS_EXEMPT, status->sum.exempt) ||
	    nla_put_u32(msg, CT_STATUS_FPU_NESTS, ct_interrupt_fpu_nests()) ||
	    nla_put_u32(msg, CT_STATUS_DEFAULTS_CHANGED,
			ct_subjects_defaults_changed()) ||
	    nla_put(msg, CT_STATUS_SWEEP, sizeof(status->sweep),
		    status->sweep))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (put_u64(msg, numbers[i].attr, numbers[i].value,
			    CT_STATUS_PAD))
			return -EMSGSIZE;
	if (status->failure[0] &&
	    nla_put_string(msg, CT_STATUS_FAILURE, status->failure))
		return -EMSGSIZE;
	if (status->digest_done &&
	    nla_put(msg, CT_STATUS_DIGEST, sizeof(status->digest),
		    status->digest))
		return -EMSGSIZE;
	if (!status->number)
		return 0;
	return put_disturbers(msg, status) ||
	       put_config(msg, &status->config, of) ? -EMSGSIZE : 0;
}

int ct_put_run_status(struct sk_buff *msg)
{
	const struct ct_exercise *of;
	struct ct_status *status;
	int err;

	status = kmalloc(sizeof(*status), GFP_KERNEL);
	if (!status)
		return -ENOMEM;
	ct_run_status(status);
	of = ct_run_get();
	/* One that has begun since has other drivers: then none are listed. */
	if (of && of->number != status->number)
		of = NULL;
	err = ct_put_status(msg, status, of);
	ct_run_put();
	kfree(status);
	return err;
}

int ct_put_driver(struct sk_buff *msg, const struct ct_subject *subject)
{
	if (nla_put_u32(msg, CT_DRIVER_ID, ct_subject_id(subject)) ||
	    nla_put_string(msg, CT_DRIVER_NAME, subject->driver) ||
	    nla_put_string(msg, CT_DRIVER_ALGORITHM, subject->alg->name) ||
	    put_flag(msg, CT_DRIVER_ASYNC, subject->async) ||
	    put_flag(msg, CT_DRIVER_SIMD, subject->simd) ||
	    put_flag(msg, CT_DRIVER_DEFERRED, subject->deferred) ||
	    put_flag(msg, CT_DRIVER_DEFAULT, subject->is_default) ||
	    put_flag(msg, CT_DRIVER_PRESENT, subject->present) ||
	    put_flag(msg, CT_DRIVER_EXPECTED, subject->broken))
		return -EMSGSIZE;
	if (subject->present &&
	    (nla_put_string(msg, CT_DRIVER_MODULE, subject->module) ||
	     nla_put_s32(msg, CT_DRIVER_PRIORITY, subject->priority)))
		return -EMSGSIZE;
	if (subject->err && nla_put_u32(msg, CT_DRIVER_ERRNO, -subject->err))
		return -EMSGSIZE;
	if (subject->reason[0] &&
	    nla_put_string(msg, CT_DRIVER_REASON, subject->reason))
		return -EMSGSIZE;
	return 0;
}

int ct_put_cell(struct sk_buff *msg, const struct ct_exercise *of,
		unsigned int cpu, unsigned int driver, enum ct_context context,
		enum ct_direction direction)
{
	const struct ct_coverage *coverage = &of->coverage;
	const struct ct_cell *cell = &coverage->cells[cpu]
		[ct_cell_index(driver, context, direction)];
	const struct {
		int attr;
		u64 value;
	} numbers[] = {
		{ CT_CELL_OPERATIONS, READ_ONCE(cell->operations) },
		{ CT_CELL_BYTES, READ_ONCE(cell->bytes) },
		{ CT_CELL_MISMATCHES, READ_ONCE(cell->mismatches) },
		{ CT_CELL_INTERRUPTIONS, READ_ONCE(cell->interruptions) },
		{ CT_CELL_FPU_HITS, READ_ONCE(cell->fpu_hits) },
		{ CT_CELL_PREEMPTIONS, READ_ONCE(cell->preemptions) },
		{ CT_CELL_MIGRATIONS, READ_ONCE(cell->migrations) },
		{ CT_CELL_NESTED, READ_ONCE(cell->nested) },
		{ CT_CELL_NESTED_FPU, READ_ONCE(cell->nested_fpu) },
		{ CT_CELL_ASYNC, READ_ONCE(cell->async) },
		{ CT_CELL_SIMD, READ_ONCE(cell->simd) },
		{ CT_CELL_FALLBACKS, READ_ONCE(cell->fallbacks) },
		{ CT_CELL_LIVE, READ_ONCE(cell->live) },
	};
	size_t i;

	if (nla_put_u32(msg, CT_CELL_CPU, cpu) ||
	    nla_put_u32(msg, CT_CELL_DRIVER,
			ct_subject_id(of->subjects[driver])) ||
	    nla_put_u32(msg, CT_CELL_CONTEXT, context) ||
	    nla_put_u32(msg, CT_CELL_DIRECTION, direction) ||
	    nla_put_u32(msg, CT_CELL_EXEMPT,
			ct_coverage_exempt(coverage, driver, context,
					   direction)) ||
	    nla_put_u32(msg, CT_CELL_GAP,
			ct_coverage_gap(coverage, cpu, driver, context,
					direction)))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (put_u64(msg, numbers[i].attr, numbers[i].value,
			    CT_CELL_PAD))
			return -EMSGSIZE;
	return 0;
}

int ct_put_mismatch_event(struct sk_buff *msg,
			  const struct ct_mismatch *mismatch)
{
	if (put_u64(msg, CT_MISMATCH_NUMBER, mismatch->number,
		    CT_MISMATCH_PAD) ||
	    put_u64(msg, CT_MISMATCH_RUN, mismatch->run, CT_MISMATCH_PAD) ||
	    put_u64(msg, CT_MISMATCH_TIME, mismatch->time, CT_MISMATCH_PAD) ||
	    nla_put_u32(msg, CT_MISMATCH_CPU_BEFORE, mismatch->cpu_before) ||
	    nla_put_u32(msg, CT_MISMATCH_CPU_AFTER, mismatch->cpu_after) ||
	    nla_put_u32(msg, CT_MISMATCH_CONTEXT, mismatch->context) ||
	    (mismatch->algorithm &&
	     nla_put_string(msg, CT_MISMATCH_ALGORITHM, mismatch->algorithm)) ||
	    (mismatch->driver[0] &&
	     nla_put_string(msg, CT_MISMATCH_DRIVER, mismatch->driver)) ||
	    nla_put_u32(msg, CT_MISMATCH_DIRECTION, mismatch->direction) ||
	    nla_put_u32(msg, CT_MISMATCH_WHAT, mismatch->what) ||
	    put_flag(msg, CT_MISMATCH_INJECTED, mismatch->injected))
		return -EMSGSIZE;
	return 0;
}

static int put_packet(struct sk_buff *msg, const struct ct_mismatch *mismatch)
{
	if (nla_put_string(msg, CT_MISMATCH_LAYOUT, mismatch->layout) ||
	    put_u64(msg, CT_MISMATCH_SEED, mismatch->seed, CT_MISMATCH_PAD) ||
	    put_u64(msg, CT_MISMATCH_INDEX, mismatch->index,
		    CT_MISMATCH_PAD) ||
	    nla_put_u32(msg, CT_MISMATCH_KEY_LEN, mismatch->key_len) ||
	    nla_put_u32(msg, CT_MISMATCH_ICV_LEN, mismatch->icv_len) ||
	    nla_put_u32(msg, CT_MISMATCH_PAYLOAD_LEN, mismatch->payload_len) ||
	    nla_put_u32(msg, CT_MISMATCH_TEXT_OFFSET, mismatch->text_offset) ||
	    nla_put_u32(msg, CT_MISMATCH_TEXT_LEN, mismatch->text_len) ||
	    nla_put_u32(msg, CT_MISMATCH_OUTPUT_LEN, mismatch->output_len) ||
	    nla_put_s32(msg, CT_MISMATCH_STATUS, mismatch->status) ||
	    nla_put_s32(msg, CT_MISMATCH_STATUS_EXPECTED,
			mismatch->status_expected))
		return -EMSGSIZE;
	return 0;
}

static int put_course(struct sk_buff *msg, const struct ct_mismatch *mismatch)
{
	if (put_flag(msg, CT_MISMATCH_PERSISTS, mismatch->persists) ||
	    nla_put_u32(msg, CT_MISMATCH_INTERRUPTIONS,
			mismatch->interruptions) ||
	    nla_put_u32(msg, CT_MISMATCH_FPU_HITS, mismatch->fpu_hits) ||
	    nla_put_u32(msg, CT_MISMATCH_PREEMPTIONS, mismatch->preemptions) ||
	    nla_put_u32(msg, CT_MISMATCH_NESTED, mismatch->nested) ||
	    put_flag(msg, CT_MISMATCH_NESTED_FPU, mismatch->nested_fpu) ||
	    put_flag(msg, CT_MISMATCH_ASYNC, mismatch->async) ||
	    put_u64(msg, CT_MISMATCH_DURATION, mismatch->duration,
		    CT_MISMATCH_PAD) ||
	    nla_put_u32(msg, CT_MISMATCH_CPU_REFERENCE,
			mismatch->cpu_reference) ||
	    (mismatch->is_foreign &&
	     put_u64(msg, CT_MISMATCH_FOREIGN, mismatch->foreign,
		     CT_MISMATCH_PAD)) ||
	    nla_put_u32(msg, CT_MISMATCH_IN_FLIGHT, mismatch->in_flight) ||
	    put_flag(msg, CT_MISMATCH_SIMD, mismatch->simd) ||
	    put_flag(msg, CT_MISMATCH_LIVE, mismatch->live))
		return -EMSGSIZE;
	return 0;
}

/* Instead of a packet and its course. */
static int put_register(struct sk_buff *msg, const struct ct_mismatch *mismatch)
{
	if (nla_put_string(msg, CT_MISMATCH_REGISTER,
			   mismatch->register_name) ||
	    (mismatch->owner[0] &&
	     nla_put_string(msg, CT_MISMATCH_OWNER, mismatch->owner)) ||
	    nla_put_u32(msg, CT_MISMATCH_EVENT, mismatch->event) ||
	    nla_put_u32(msg, CT_MISMATCH_THREAD, mismatch->thread) ||
	    put_u64(msg, CT_MISMATCH_EPOCH, mismatch->epoch,
		    CT_MISMATCH_PAD) ||
	    put_u64(msg, CT_MISMATCH_SEED, mismatch->seed, CT_MISMATCH_PAD) ||
	    nla_put(msg, CT_MISMATCH_EXPECTED, mismatch->window_len,
		    mismatch->expected) ||
	    nla_put(msg, CT_MISMATCH_ACTUAL, mismatch->window_len,
		    mismatch->actual))
		return -EMSGSIZE;
	return 0;
}

static int put_bytes(struct sk_buff *msg, const struct ct_mismatch *mismatch)
{
	const struct ct_difference *difference = &mismatch->difference;

	if (mismatch->output_wrong &&
	    (nla_put_u32(msg, CT_MISMATCH_FIRST, difference->first) ||
	     nla_put_u32(msg, CT_MISMATCH_WRONG_BYTES,
			 difference->wrong_bytes) ||
	     nla_put_u32(msg, CT_MISMATCH_WRONG_BITS,
			 difference->wrong_bits) ||
	     nla_put(msg, CT_MISMATCH_BLOCKS, sizeof(difference->blocks),
		     difference->blocks)))
		return -EMSGSIZE;
	if (mismatch->window_len &&
	    (nla_put_u32(msg, CT_MISMATCH_WINDOW, mismatch->window) ||
	     nla_put(msg, CT_MISMATCH_EXPECTED, mismatch->window_len,
		     mismatch->expected) ||
	     nla_put(msg, CT_MISMATCH_ACTUAL, mismatch->window_len,
		     mismatch->actual)))
		return -EMSGSIZE;
	if (mismatch->what & BIT(CT_WHAT_IV) &&
	    (nla_put(msg, CT_MISMATCH_IV_EXPECTED,
		     sizeof(mismatch->iv_expected), mismatch->iv_expected) ||
	     nla_put(msg, CT_MISMATCH_IV_ACTUAL, sizeof(mismatch->iv_actual),
		     mismatch->iv_actual)))
		return -EMSGSIZE;
	return 0;
}

int ct_put_mismatch(struct sk_buff *msg, const struct ct_mismatch *mismatch)
{
	if (mismatch->what & BIT(CT_WHAT_REGISTER))
		return ct_put_mismatch_event(msg, mismatch) ||
		       put_register(msg, mismatch) ? -EMSGSIZE : 0;
	return ct_put_mismatch_event(msg, mismatch) ||
	       put_packet(msg, mismatch) || put_course(msg, mismatch) ||
	       put_bytes(msg, mismatch) ? -EMSGSIZE : 0;
}

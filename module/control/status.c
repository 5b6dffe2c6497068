// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ktime.h>
#include <linux/string.h>

#include "context/syscall.h"
#include "control/exercise.h"
#include "control/status.h"
#include "disturb/disturber.h"
#include "evidence/suspect.h"
#include "op/operation.h"

/* Room for each name, its count and separators. */
#define COUNTS_MAX	(__CRYPTORTURE_DISTURBER_MAX * 40)

static const char *const verdict_names[] = {
	[CRYPTORTURE_VERDICT_NONE]		= "NONE",
	[CRYPTORTURE_VERDICT_CLEAN]		= "CLEAN",
	[CRYPTORTURE_VERDICT_CORRUPT]		= "CORRUPT",
	[CRYPTORTURE_VERDICT_INCONCLUSIVE]	= "INCONCLUSIVE",
};

const char *yt_verdict_name(enum cryptorture_verdict verdict)
{
	return verdict_names[verdict];
}

static void add_operation(struct yt_status *status,
			  const struct yt_operation *op)
{
	yt_counts_add(&status->counts, &op->counts, sizeof(op->counts));
}

static void take_operations(struct yt_status *status,
			    const struct yt_exercise *exercise)
{
	unsigned int cpu, i;

	memset(&status->counts, 0, sizeof(status->counts));
	memset(status->sweep, 0, sizeof(status->sweep));
	for_each_cpu(cpu, &exercise->config.cpus) {
		const struct yt_cpu *on = exercise->cpus[cpu];

		add_operation(status, on->task);
		add_operation(status, on->syscall);
		for (i = 0; i < YT_SOFTIRQ_SLOTS; i++)
			add_operation(status, &on->softirq[i]);
		for (i = 0; on->flight && i < YT_FLIGHT_SLOTS; i++)
			add_operation(status, &on->flight[i]);
		for (i = 0; i < YT_SWEEP_BINS; i++)
			status->sweep[i] += READ_ONCE(on->sweep[i]);
	}
}

static void take_disturbers(struct yt_status *status)
{
	struct yt_status_disturber *disturber = status->disturbers;
	unsigned int i;

	for (i = 0; i < __CRYPTORTURE_DISTURBER_MAX; i++, disturber++) {
		if (!(status->config.disturb & BIT(i)))
			continue;
		disturber->impossible = yt_disturber_impossible(i);
		/* The count of a disturber that cannot work is of an earlier run. */
		disturber->count = disturber->impossible ? 0 :
				   yt_disturbers[i]->count();
	}
}

void yt_status_take(struct yt_status *status, const struct yt_exercise *exercise)
{
	yt_mismatch_count(exercise->ring, &status->records, &status->overwritten,
			  &status->unrecorded);
	status->elapsed = ktime_get_ns() - status->begin;
	yt_coverage_sum(&exercise->coverage, &status->sum);
	status->register_checks = yt_syscall_checks();
	status->register_mismatches = atomic64_read(&exercise->register_mismatches);
	status->reference_checks = READ_ONCE(exercise->pool.rechecked);
	status->mismatches_void = READ_ONCE(exercise->pool.mismatches_void);
	/* They are not of operations, but count as mismatches. */
	status->sum.total.mismatches += status->register_mismatches +
		atomic64_read(&exercise->reference_mismatches);
	take_operations(status, exercise);
	status->memory = yt_exercise_memory(exercise);
	status->vectors = READ_ONCE(exercise->pool.vectors);
	/* Pairs with the release in vectors/refresh.c: the value is valid when this is set. */
	status->digest_done = smp_load_acquire(&exercise->pool.digest_done);
	if (status->digest_done)
		memcpy(status->digest, exercise->pool.digest_value, YT_DIGEST_SIZE);
	take_disturbers(status);
}

/* In the manner of rcutorture: one line with every parameter. */
static void log_verdict(const struct yt_status *status)
{
	const struct yt_config *config = &status->config;
	const struct yt_cell *total = &status->sum.total;
	char counts[COUNTS_MAX] = "", sizes[YT_SIZES_TEXT];
	unsigned int i;
	int len = 0;

	for (i = 0; i < __CRYPTORTURE_DISTURBER_MAX; i++)
		if (config->disturb & BIT(i))
			len += scnprintf(counts + len, sizeof(counts) - len,
					 status->disturbers[i].impossible ?
					 " %s=impossible" : " %s=%llu",
					 yt_disturbers[i]->name,
					 status->disturbers[i].count);
	if (!yt_sizes_print(&config->sizes, sizes, sizeof(sizes)))
		strscpy(sizes, "any", sizeof(sizes));
	pr_info("verdict %s%s%s: run=%llu seed=%#llx duration_ms=%llu contexts=%#x disturb=%#x load=%u timer_hz=%u exercisers=%u sizes=%s inject_every=%llu until_mismatch=%d drivers=%u end=%u elapsed_ms=%llu operations=%llu bytes=%llu mismatches=%llu injected=%llu injected_found=%llu interruptions=%llu fpu_hits=%llu nested=%llu preemptions=%llu mismatches_moved=%llu mismatches_void=%llu migrations=%llu async=%llu register_checks=%llu register_mismatches=%llu cells=%u/%u memory_kib=%llu%s suspect_cpus=%*pbl cpus=%*pbl\n",
		yt_verdict_name(status->verdict),
		status->failure[0] ? " because " : "", status->failure,
		status->number, config->seed, config->duration_ms,
		config->contexts, config->disturb, config->load, config->timer_hz,
		config->exercisers, sizes, config->inject_every,
		config->until_mismatch, status->drivers, status->end,
		div_u64(status->elapsed, NSEC_PER_MSEC), total->operations,
		total->bytes, total->mismatches, status->counts.injected,
		status->counts.injected_found, total->interruptions, total->fpu_hits,
		total->nested, total->preemptions, total->mismatches_moved,
		status->mismatches_void, total->migrations, total->async, status->register_checks,
		status->register_mismatches, status->sum.reached,
		status->sum.planned, status->memory / 1024, counts,
		cpumask_pr_args(&status->suspect),
		cpumask_pr_args(&config->cpus));
}

/* Return: the first that could have worked and did nothing, or NULL. */
static const char *idle_disturber(const struct yt_status *status)
{
	unsigned int i;

	for (i = 0; i < __CRYPTORTURE_DISTURBER_MAX; i++)
		if (status->config.disturb & BIT(i) &&
		    !status->disturbers[i].impossible &&
		    !status->disturbers[i].count)
			return yt_disturbers[i]->name;
	return NULL;
}

void yt_status_conclude(struct yt_status *status, const struct yt_exercise *exercise,
			enum cryptorture_end end)
{
	const char *idle = idle_disturber(status);
	const char *why;

	status->end = end;
	status->verdict = yt_coverage_verdict(&status->sum,
					      status->config.inject_every != 0,
					      status->counts.injected,
					      status->counts.injected_found, &why);
	if (status->verdict == CRYPTORTURE_VERDICT_CORRUPT &&
	    status->sum.total.mismatches == status->mismatches_void) {
		status->verdict = CRYPTORTURE_VERDICT_INCONCLUSIVE;
		why = "all mismatches were of expected results damaged in memory: check the memory";
	}
	if (status->verdict != CRYPTORTURE_VERDICT_CORRUPT && !why && idle) {
		status->verdict = CRYPTORTURE_VERDICT_INCONCLUSIVE;
		snprintf(status->failure, sizeof(status->failure),
			 "disturber %s never disturbed an operation: run longer, or leave it out",
			 idle);
	} else if (why) {
		strscpy(status->failure, why, sizeof(status->failure));
	} else if (status->verdict == CRYPTORTURE_VERDICT_CLEAN && status->misses_aesni) {
		status->verdict = CRYPTORTURE_VERDICT_INCONCLUSIVE;
		snprintf(status->failure, sizeof(status->failure),
			 "CLEAN for %u drivers, AES-NI not tested: none of them uses it, 'cryptorture doctor' says why",
			 status->drivers);
	}
	/* Injected mismatches do not implicate a CPU. */
	cpumask_clear(&status->suspect);
	if (status->sum.total.mismatches > status->counts.injected_found +
					   status->mismatches_void &&
	    yt_suspect_find(&exercise->coverage, &status->suspect))
		pr_warn("run %llu: not enough memory to search for a single CPU that is wrong\n",
			status->number);
	status->state = CRYPTORTURE_RUN_STATE_ENDED;
	log_verdict(status);
}

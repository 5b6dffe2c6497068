/* SPDX-License-Identifier: GPL-2.0-only */
/* The counts and the verdict of a run. */
#ifndef CRYPTORTURE_CONTROL_STATUS_H
#define CRYPTORTURE_CONTROL_STATUS_H

#include "cpu/cpu.h"
#include "evidence/coverage.h"

#define YT_FAILURE_MAX	128	/* bytes, with the NUL */

/**
 * struct yt_status_disturber - a disturber of the run
 * @count: times that it disturbed
 * @impossible: why it cannot work here, a constant sentence; NULL when it can
 */
struct yt_status_disturber {
	u64 count;
	const char *impossible;
};

/**
 * struct yt_status - the current run, or the last one
 *
 * See enum cryptorture_status_attr for each field; @sum holds the totals, @begin is
 * ktime_get_ns() of the start, @drivers how many there are, @suspect the CPUs that
 * have all the mismatches, if there are such. @misses_aesni: the run has the default
 * drivers, and none of them uses AES-NI although the CPU has it. @disturbers is by
 * enum cryptorture_disturber, zeroed where config.disturb does not ask for it.
 */
struct yt_status {
	u64 number;
	enum cryptorture_run_state state;
	enum cryptorture_verdict verdict;
	enum cryptorture_end end;
	char failure[YT_FAILURE_MAX];
	struct yt_config config;
	unsigned int drivers;
	bool misses_aesni;
	u64 begin;
	u64 started;
	u64 elapsed;
	struct yt_coverage_sum sum;
	struct yt_op_counts counts;
	u64 records;
	u64 overwritten;
	u64 unrecorded;
	u64 memory;
	u64 vectors;
	u64 register_checks;
	u64 register_mismatches;
	u64 reference_checks;
	u64 mismatches_void;
	struct cpumask suspect;
	bool digest_done;
	u8 digest[YT_DIGEST_SIZE];
	struct yt_status_disturber disturbers[__CRYPTORTURE_DISTURBER_MAX];
	u64 sweep[YT_SWEEP_BINS];
};

/* Sum up the counts of a run whose CPUs still exist. Not in an interrupt. */
void yt_status_take(struct yt_status *status, const struct yt_exercise *exercise);

/**
 * yt_status_conclude() - draw the verdict at the end, and log it
 * @status: taken after everything of the run has stopped
 * @exercise: the run
 * @end: why it ended
 *
 * Mismatches that were all against damaged expected results say something about
 * this tool, and leave the run INCONCLUSIVE; so does a disturber that was asked for,
 * can work here, and never did anything, but not one that cannot work here. A run
 * that would be CLEAN but misses AES-NI is INCONCLUSIVE as well.
 */
void yt_status_conclude(struct yt_status *status, const struct yt_exercise *exercise,
			enum cryptorture_end end);

/* Names as the control program prints them. */
const char *yt_verdict_name(enum cryptorture_verdict verdict);

#endif /* CRYPTORTURE_CONTROL_STATUS_H */

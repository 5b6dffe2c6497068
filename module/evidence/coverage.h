/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run has done: a table of cells, driver × direction × context ×
 * CPU, and the verdict that may be drawn from it.
 */
#ifndef CRYPTORTURE_EVIDENCE_COVERAGE_H
#define CRYPTORTURE_EVIDENCE_COVERAGE_H

#include <linux/cpumask.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "evidence/counts.h"

/* A cell with fewer operations than this counts as not reached. */
#define YT_CELL_MINIMUM		16

/**
 * struct yt_visits - what workers of other CPUs did on a CPU
 * @lock: of @cells, for its writers; taken with softirqs off
 * @cells: as of the CPU itself
 */
struct yt_visits {
	spinlock_t lock;	/* of @cells, for writers */
	struct yt_cell cells[];
};

/**
 * struct yt_plan - what a run has to reach
 * @drivers: how many drivers, numbered from 0
 * @simd: by driver: it must be interrupted inside its FPU sections
 * @aead: by driver: it has the direction CRYPTORTURE_DIRECTION_TAMPERED
 * @failed: by driver: it exists, but could not be used
 * @deferred: by driver: it works in a thread of its own
 * @threaded: softirqs are threads, and interrupt no operation
 * @live: live user registers below an operation can be recognised
 * @contexts: bits of enum cryptorture_context
 * @disturb: bits of enum cryptorture_disturber
 * @cpus: where
 */
struct yt_plan {
	unsigned int drivers;
	bool *simd;
	bool *aead;
	bool *failed;
	bool *deferred;
	bool threaded;
	bool live;
	u32 contexts;
	u32 disturb;
	struct cpumask cpus;
};

/**
 * struct yt_coverage - plan and counts
 * @plan: what the run has to reach
 * @unplugged: CPUs that went offline during the run
 * @cells: by CPU: an array of yt_coverage_cells() cells, NULL where not planned; of
 *	   operations of its own worker, softirqs and callers
 * @visits: by CPU: of operations of workers that had been moved to it
 */
struct yt_coverage {
	struct yt_plan plan;
	struct cpumask unplugged;
	struct yt_cell **cells;
	struct yt_visits **visits;
};

/* Sums over cells. */
struct yt_coverage_sum {
	struct yt_cell total;
	u32 planned;
	u32 reached;
	u32 exempt;
};

/**
 * yt_coverage_init() - make room for a run
 * @coverage: zeroed
 * @drivers: how many; the caller fills in coverage->plan afterwards
 * @cpus: which get cells
 *
 * Process context. Return: 0, or -ENOMEM with nothing left behind.
 */
int yt_coverage_init(struct yt_coverage *coverage, unsigned int drivers,
		     const struct cpumask *cpus);
void yt_coverage_free(struct yt_coverage *coverage);

/* Bytes that it holds. */
size_t yt_coverage_memory(const struct yt_coverage *coverage);

static inline unsigned int yt_coverage_cells(const struct yt_coverage *coverage)
{
	return coverage->plan.drivers * __CRYPTORTURE_CONTEXT_MAX * __CRYPTORTURE_DIRECTION_MAX;
}

/* Where the cell lies in a CPU's array. */
static inline unsigned int yt_cell_index(unsigned int driver,
					 enum cryptorture_context context,
					 enum cryptorture_direction direction)
{
	return (driver * __CRYPTORTURE_CONTEXT_MAX + context) * __CRYPTORTURE_DIRECTION_MAX +
	       direction;
}

/**
 * yt_coverage_visit() - count an operation of a worker that was moved to another CPU
 * @coverage: plan and counts
 * @cpu: one with cells
 * @index: yt_cell_index()
 * @more: counts to add
 *
 * Any context but hardirq and NMI.
 */
void yt_coverage_visit(struct yt_coverage *coverage, unsigned int cpu,
		       unsigned int index, const struct yt_cell *more);

/* Sum of all operations on the CPU, those of moved workers too. */
void yt_coverage_cell(const struct yt_coverage *coverage, unsigned int cpu,
		      unsigned int index, struct yt_cell *sum);

/* What is not required of this combination: bits of enum cryptorture_exempt. */
u32 yt_coverage_exempt(const struct yt_coverage *coverage, unsigned int driver,
		       enum cryptorture_context context, enum cryptorture_direction direction);

/* Is this combination part of the plan? @cpu is one with cells. */
bool yt_coverage_planned(const struct yt_coverage *coverage,
			 unsigned int driver, enum cryptorture_context context,
			 enum cryptorture_direction direction);

/*
 * Why a cell is not reached; CRYPTORTURE_GAP_NONE when it is. Of a context that is part
 * of the plan.
 */
enum cryptorture_gap yt_coverage_gap(const struct yt_coverage *coverage,
				     unsigned int cpu, unsigned int driver,
				     enum cryptorture_context context,
				     enum cryptorture_direction direction);

void yt_coverage_sum(const struct yt_coverage *coverage,
		     struct yt_coverage_sum *sum);

/**
 * yt_coverage_verdict() - draw the verdict
 * @sum: of the whole run
 * @injecting: faults were to be injected
 * @injected: how many were
 * @injected_found: how many of them were found
 * @why: the reason where the verdict is INCONCLUSIVE for another one than
 *	 cells not reached; else NULL
 *
 * Any mismatch, an injected one too, is CORRUPT: injection is there to
 * show that. CLEAN needs every planned cell.
 */
enum cryptorture_verdict yt_coverage_verdict(const struct yt_coverage_sum *sum,
					     bool injecting, u64 injected,
					     u64 injected_found, const char **why);

#endif /* CRYPTORTURE_EVIDENCE_COVERAGE_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "evidence/coverage.h"

static size_t visits_size(const struct yt_coverage *coverage)
{
	return struct_size(coverage->visits[0], cells,
			   yt_coverage_cells(coverage));
}

int yt_coverage_init(struct yt_coverage *coverage, unsigned int drivers,
		     const struct cpumask *cpus)
{
	struct yt_plan *plan = &coverage->plan;
	unsigned int cpu;

	plan->drivers = drivers;
	cpumask_copy(&plan->cpus, cpus);
	plan->simd = kcalloc(drivers, sizeof(bool), GFP_KERNEL);
	plan->aead = kcalloc(drivers, sizeof(bool), GFP_KERNEL);
	plan->failed = kcalloc(drivers, sizeof(bool), GFP_KERNEL);
	plan->deferred = kcalloc(drivers, sizeof(bool), GFP_KERNEL);
	coverage->cells = kcalloc(nr_cpu_ids, sizeof(*coverage->cells),
				  GFP_KERNEL);
	coverage->visits = kcalloc(nr_cpu_ids, sizeof(*coverage->visits),
				   GFP_KERNEL);
	if (!plan->simd || !plan->aead || !plan->failed || !plan->deferred ||
	    !coverage->cells || !coverage->visits)
		goto fail;

	for_each_cpu(cpu, cpus) {
		/* On the CPU's node: these are written in every operation. */
		coverage->cells[cpu] = kvzalloc_node(yt_coverage_cells(coverage) *
						     sizeof(struct yt_cell),
						     GFP_KERNEL,
						     cpu_to_node(cpu));
		coverage->visits[cpu] = kvzalloc_node(visits_size(coverage),
						      GFP_KERNEL,
						      cpu_to_node(cpu));
		if (!coverage->cells[cpu] || !coverage->visits[cpu])
			goto fail;
		spin_lock_init(&coverage->visits[cpu]->lock);
	}
	return 0;

fail:
	yt_coverage_free(coverage);
	return -ENOMEM;
}

void yt_coverage_free(struct yt_coverage *coverage)
{
	unsigned int cpu;

	if (coverage->cells)
		for_each_possible_cpu(cpu)
			kvfree(coverage->cells[cpu]);
	kfree(coverage->cells);
	if (coverage->visits)
		for_each_possible_cpu(cpu)
			kvfree(coverage->visits[cpu]);
	kfree(coverage->visits);
	kfree(coverage->plan.deferred);
	kfree(coverage->plan.failed);
	kfree(coverage->plan.aead);
	kfree(coverage->plan.simd);
	memset(coverage, 0, sizeof(*coverage));
}

size_t yt_coverage_memory(const struct yt_coverage *coverage)
{
	return cpumask_weight(&coverage->plan.cpus) *
	       (yt_coverage_cells(coverage) * sizeof(struct yt_cell) +
		visits_size(coverage));
}

static void add(struct yt_cell *sum, const struct yt_cell *more)
{
	yt_counts_add(sum, more, sizeof(*sum));
}

void yt_coverage_visit(struct yt_coverage *coverage, unsigned int cpu,
		       unsigned int index, const struct yt_cell *more)
{
	struct yt_visits *visits = coverage->visits[cpu];

	spin_lock_bh(&visits->lock);
	add(&visits->cells[index], more);
	spin_unlock_bh(&visits->lock);
}

void yt_coverage_cell(const struct yt_coverage *coverage, unsigned int cpu,
		      unsigned int index, struct yt_cell *sum)
{
	memset(sum, 0, sizeof(*sum));
	add(sum, &coverage->cells[cpu][index]);
	add(sum, &coverage->visits[cpu]->cells[index]);
}

u32 yt_coverage_exempt(const struct yt_coverage *coverage, unsigned int driver,
		       enum cryptorture_context context, enum cryptorture_direction direction)
{
	const struct yt_plan *plan = &coverage->plan;
	u32 exempt = 0;

	if (direction == CRYPTORTURE_DIRECTION_TAMPERED && !plan->aead[driver])
		exempt |= BIT(CRYPTORTURE_EXEMPT_NO_ICV);
	if (plan->deferred[driver] && context != CRYPTORTURE_CONTEXT_SOFTIRQ)
		exempt |= BIT(CRYPTORTURE_EXEMPT_DEFERRED);
	if (plan->threaded && context == CRYPTORTURE_CONTEXT_SOFTIRQ)
		exempt |= BIT(CRYPTORTURE_EXEMPT_THREADED);
	return exempt;
}

bool yt_coverage_planned(const struct yt_coverage *coverage,
			 unsigned int driver, enum cryptorture_context context,
			 enum cryptorture_direction direction)
{
	if (!(coverage->plan.contexts & BIT(context)))
		return false;
	return !(yt_coverage_exempt(coverage, driver, context, direction) &
		 BIT(CRYPTORTURE_EXEMPT_NO_ICV));
}

/*
 * A packet that is refused may never enter an FPU section, and
 * irq_fpu_usable() cannot distinguish one from a softirq: so hits are required in
 * tasks, of the two directions that do the whole work.
 */
static bool wants_fpu_hit(const struct yt_plan *plan, unsigned int driver,
			  enum cryptorture_context context, enum cryptorture_direction direction)
{
	return plan->simd[driver] && !plan->deferred[driver] &&
	       context != CRYPTORTURE_CONTEXT_SOFTIRQ &&
	       direction != CRYPTORTURE_DIRECTION_TAMPERED &&
	       (plan->disturb &
		(BIT(CRYPTORTURE_DISTURBER_TIMER) | BIT(CRYPTORTURE_DISTURBER_IPI)));
}

static bool wants_nested(const struct yt_plan *plan, enum cryptorture_context context)
{
	return context == CRYPTORTURE_CONTEXT_SOFTIRQ && !plan->threaded &&
	       (plan->contexts & ~BIT(CRYPTORTURE_CONTEXT_SOFTIRQ));
}

/* Softirqs interrupt exercisers only if these make calls. */
static bool wants_live(const struct yt_plan *plan, enum cryptorture_context context)
{
	return plan->live && context != CRYPTORTURE_CONTEXT_TASK &&
	       !(plan->threaded && context == CRYPTORTURE_CONTEXT_SOFTIRQ) &&
	       (plan->contexts & BIT(CRYPTORTURE_CONTEXT_CALLER));
}

static enum cryptorture_gap too_few(const struct yt_coverage *coverage,
				    unsigned int cpu, enum cryptorture_context context,
				    u64 operations)
{
	if (cpumask_test_cpu(cpu, &coverage->unplugged))
		return CRYPTORTURE_GAP_CPU_OFFLINE;
	if (operations)
		return CRYPTORTURE_GAP_TOO_FEW;
	switch (context) {
	case CRYPTORTURE_CONTEXT_SOFTIRQ:
		return CRYPTORTURE_GAP_NO_SOFTIRQ;
	case CRYPTORTURE_CONTEXT_CALLER:
		return CRYPTORTURE_GAP_NO_CALL;
	default:
		return CRYPTORTURE_GAP_TOO_FEW;
	}
}

enum cryptorture_gap yt_coverage_gap(const struct yt_coverage *coverage,
				     unsigned int cpu, unsigned int driver,
				     enum cryptorture_context context,
				     enum cryptorture_direction direction)
{
	const struct yt_plan *plan = &coverage->plan;
	unsigned int index = yt_cell_index(driver, context, direction);
	const struct yt_cell *cell = &coverage->cells[cpu][index];
	const struct yt_cell *visit = &coverage->visits[cpu]->cells[index];
	u64 operations;

	if (!yt_coverage_planned(coverage, driver, context, direction))
		return CRYPTORTURE_GAP_NOT_APPLICABLE;
	if (plan->failed[driver])
		return CRYPTORTURE_GAP_DRIVER_FAILED;
	operations = READ_ONCE(cell->operations) + READ_ONCE(visit->operations);
	if (operations < YT_CELL_MINIMUM)
		return too_few(coverage, cpu, context, operations);
	if (plan->simd[driver] && !READ_ONCE(cell->simd) &&
	    !READ_ONCE(visit->simd))
		return CRYPTORTURE_GAP_NO_SIMD;
	if (wants_fpu_hit(plan, driver, context, direction) &&
	    !READ_ONCE(cell->fpu_hits) && !READ_ONCE(visit->fpu_hits))
		return CRYPTORTURE_GAP_NO_FPU_HIT;
	if (wants_nested(plan, context) && !READ_ONCE(cell->nested))
		return CRYPTORTURE_GAP_NO_NESTED;
	if (wants_live(plan, context) && !READ_ONCE(cell->live) &&
	    !READ_ONCE(visit->live))
		return CRYPTORTURE_GAP_NO_LIVE;
	return CRYPTORTURE_GAP_NONE;
}

static void sum_driver(const struct yt_coverage *coverage, unsigned int cpu,
		       unsigned int driver, struct yt_coverage_sum *sum)
{
	unsigned int context, direction;
	struct yt_cell cell;

	for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++)
		for (direction = 0; direction < __CRYPTORTURE_DIRECTION_MAX; direction++) {
			if (!(coverage->plan.contexts & BIT(context)))
				continue;
			if (!yt_coverage_planned(coverage, driver, context,
						 direction)) {
				sum->exempt++;
				continue;
			}
			sum->planned++;
			if (!yt_coverage_gap(coverage, cpu, driver, context,
					     direction))
				sum->reached++;
			yt_coverage_cell(coverage, cpu,
					 yt_cell_index(driver, context,
						       direction), &cell);
			/* The user thread of a call is its caller. */
			if (context != CRYPTORTURE_CONTEXT_SOFTIRQ)
				cell.live = 0;
			add(&sum->total, &cell);
		}
}

void yt_coverage_sum(const struct yt_coverage *coverage,
		     struct yt_coverage_sum *sum)
{
	unsigned int cpu, driver;

	memset(sum, 0, sizeof(*sum));
	if (!coverage->cells)
		return;
	for_each_cpu(cpu, &coverage->plan.cpus)
		for (driver = 0; driver < coverage->plan.drivers; driver++)
			sum_driver(coverage, cpu, driver, sum);
}

enum cryptorture_verdict yt_coverage_verdict(const struct yt_coverage_sum *sum,
					     bool injecting, u64 injected,
					     u64 injected_found, const char **why)
{
	*why = NULL;
	if (sum->total.mismatches)
		return CRYPTORTURE_VERDICT_CORRUPT;
	if (injected != injected_found) {
		*why = "injected faults were not found: do not trust this tool here, report it";
		return CRYPTORTURE_VERDICT_INCONCLUSIVE;
	}
	if (injecting && !injected) {
		*why = "no fault was injected: run longer, or inject more often";
		return CRYPTORTURE_VERDICT_INCONCLUSIVE;
	}
	if (!sum->planned || !sum->total.operations) {
		*why = "nothing was run";
		return CRYPTORTURE_VERDICT_INCONCLUSIVE;
	}
	if (sum->reached < sum->planned)
		return CRYPTORTURE_VERDICT_INCONCLUSIVE;
	return CRYPTORTURE_VERDICT_CLEAN;
}

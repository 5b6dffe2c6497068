// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "evidence/suspect.h"

/* Fixed point: logarithms of base 2 with so many fractional bits. */
#define FRACTION	16
/* log2(100): an error probability of 1 %. */
#define LOG_DOUBT	435412
/* So that no product overflows. */
#define COUNT_BITS	40

/* @x: not 0. */
static s64 log2_of(u64 x)
{
	int whole = fls64(x) - 1, i;
	/* 1 to 2, with 31 fractional bits */
	u64 rest = whole > 31 ? x >> (whole - 31) : x << (31 - whole);
	s64 log = whole;

	for (i = 0; i < FRACTION; i++) {
		rest = (rest * rest) >> 31;
		log <<= 1;
		if (rest >> 32) {
			rest >>= 1;
			log |= 1;
		}
	}
	return log;
}

/*
 * Can it be chance that @here of @all fell where @there of @operations were made? The
 * divergence of the two shares, times @all, is how many bits speak against that.
 */
static bool by_chance(u64 here, u64 all, u64 there, u64 operations,
		      unsigned int places)
{
	s64 bits;

	bits = (s64)here * (log2_of(here) + log2_of(operations) -
			    log2_of(all) - log2_of(there));
	if (bits <= 0)
		return true;
	if (here < all)
		bits += (s64)(all - here) *
			(log2_of(all - here) + log2_of(operations) -
			 log2_of(all) - log2_of(operations - there));
	return bits - log2_of(places) < LOG_DOUBT;
}

int yt_suspect_judge(const struct yt_suspect_place *places, unsigned int count)
{
	u64 all = 0, operations = 0, here, there;
	unsigned int i, worst = 0, shift;

	for (i = 0; i < count; i++) {
		all += places[i].mismatches;
		operations += places[i].operations;
		if (places[i].mismatches > places[worst].mismatches)
			worst = i;
	}
	if (!all)
		return -1;
	here = places[worst].mismatches;
	there = places[worst].operations;
	/* No other place was tested, or no other is healthy. */
	if (!there || operations <= there || all - here > all / 10)
		return -1;
	shift = max(fls64(all) - COUNT_BITS, 0);
	return by_chance(here >> shift, all >> shift, there, operations, count) ?
	       -1 : (int)worst;
}

/* The CPUs of the same place as @cpu: itself, its core, its package. */
enum level { LEVEL_CPU, LEVEL_CORE, LEVEL_PACKAGE, LEVELS };

static bool belong(enum level level, unsigned int one, unsigned int other)
{
	switch (level) {
	case LEVEL_CPU:
		return one == other;
	case LEVEL_CORE:
		return cpumask_test_cpu(other, topology_sibling_cpumask(one));
	default:
		return topology_physical_package_id(one) ==
		       topology_physical_package_id(other);
	}
}

/* The place of each CPU, numbered from 0. Return: how many places there are. */
static unsigned int group(enum level level, const struct cpumask *cpus,
			  unsigned int *place)
{
	unsigned int cpu, other, count = 0;

	for_each_cpu(cpu, cpus) {
		place[cpu] = count;
		for_each_cpu(other, cpus)
			if (other >= cpu || belong(level, cpu, other))
				break;
		if (other < cpu)
			place[cpu] = place[other];
		else
			count++;
	}
	return count;
}

static void sum_cpu(const struct yt_coverage *coverage, unsigned int cpu,
		    struct yt_suspect_place *sum)
{
	struct yt_cell cell;
	unsigned int i;

	for (i = 0; i < yt_coverage_cells(coverage); i++) {
		yt_coverage_cell(coverage, cpu, i, &cell);
		sum->operations += cell.operations;
		sum->mismatches += cell.mismatches - cell.mismatches_moved;
	}
}

int yt_suspect_find(const struct yt_coverage *coverage, struct cpumask *cpus)
{
	const struct cpumask *planned = &coverage->plan.cpus;
	struct yt_suspect_place *each, *groups;
	unsigned int cpu, *place;
	enum level level;
	int found = -1, err = -ENOMEM;

	cpumask_clear(cpus);
	if (!coverage->cells)
		return 0;
	each = kvcalloc(2 * nr_cpu_ids, sizeof(*each), GFP_KERNEL);
	place = kvcalloc(nr_cpu_ids, sizeof(*place), GFP_KERNEL);
	if (!each || !place)
		goto free;
	err = 0;
	groups = each + nr_cpu_ids;
	for_each_cpu(cpu, planned)
		sum_cpu(coverage, cpu, &each[cpu]);
	for (level = LEVEL_CPU; found < 0 && level < LEVELS; level++) {
		unsigned int count = group(level, planned, place);

		memset(groups, 0, count * sizeof(*groups));
		for_each_cpu(cpu, planned) {
			groups[place[cpu]].operations += each[cpu].operations;
			groups[place[cpu]].mismatches += each[cpu].mismatches;
		}
		found = yt_suspect_judge(groups, count);
		cond_resched();
	}
	for_each_cpu(cpu, planned)
		if (found >= 0 && place[cpu] == (unsigned int)found)
			cpumask_set_cpu(cpu, cpus);
free:
	kvfree(place);
	kvfree(each);
	return err;
}

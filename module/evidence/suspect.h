/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Find a CPU, core or package that has nearly all mismatches, if that cannot be chance.
 */
#ifndef CRYPTORTURE_EVIDENCE_SUSPECT_H
#define CRYPTORTURE_EVIDENCE_SUSPECT_H

#include "evidence/coverage.h"

/**
 * struct yt_suspect_place - a CPU, a core or a package
 * @operations: made there
 * @mismatches: of operations that were made there from beginning to end
 */
struct yt_suspect_place {
	u64 operations;
	u64 mismatches;
};

/**
 * yt_suspect_judge() - does one place have the mismatches?
 * @places: of a run
 * @count: how many
 *
 * One that has nine of ten, while others were tested too, and with a probability of
 * at most 1 % (Chernoff's bound of the binomial tail, for each of the places) that
 * so many of them fall on one place by chance. The control program judges likewise
 * (ctl/report/suspect.cpp). Any context.
 *
 * Return: its number, or -1 when there is none.
 */
int yt_suspect_judge(const struct yt_suspect_place *places, unsigned int count);

/**
 * yt_suspect_find() - the CPU, else the core, else the package
 * @coverage: of the run
 * @cpus: is set to the CPUs of it that are of the run; none when there is none
 *
 * Process context. Return: 0, or -ENOMEM: then @cpus is empty.
 */
int yt_suspect_find(const struct yt_coverage *coverage, struct cpumask *cpus);

#endif /* CRYPTORTURE_EVIDENCE_SUSPECT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Check that expected results were intact when outputs differed from them.
 * They are computed again from the seed, on two CPUs. Damage to them, by bad memory
 * or a fault of this module, is no fault of a driver.
 */
#ifndef CRYPTORTURE_VECTORS_AUDIT_H
#define CRYPTORTURE_VECTORS_AUDIT_H

#include "vectors/test_sa.h"

/**
 * yt_audit_move() - move to another CPU
 * @cpus: where to
 * @from: the one to leave
 *
 * In a kernel thread of this module. Return: false if no other is online.
 */
bool yt_audit_move(const struct cpumask *cpus, unsigned int from);

/**
 * struct yt_audit - context of an audit
 * @sizes: of the run
 * @cpus: of the run
 * @memory: to compute results in
 */
struct yt_audit {
	const struct yt_sizes *sizes;
	const struct cpumask *cpus;
	struct yt_recheck *memory;
};

/**
 * yt_audit_test_sa() - count mismatches against damaged expected results
 * @audit: its context
 * @test_sa: with which no further mismatch can come
 *
 * In a kernel thread of this module; takes milliseconds where there are mismatches, and
 * leaves it on another CPU. A result counts as damaged if two CPUs, or the only one
 * there is, agree on another one.
 *
 * Return: how many of the mismatches differed from a damaged result.
 */
u64 yt_audit_test_sa(const struct yt_audit *audit, const struct yt_test_sa *test_sa);

#endif /* CRYPTORTURE_VECTORS_AUDIT_H */

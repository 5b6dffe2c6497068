/* SPDX-License-Identifier: GPL-2.0-only */
/* The operations of a run on one CPU, in all contexts: struct yt_cpu with what it points to. */
#ifndef CRYPTORTURE_CONTEXT_SLOTS_H
#define CRYPTORTURE_CONTEXT_SLOTS_H

#include "cpu/cpu.h"

/**
 * yt_cpu_make() - allocate what a run needs on one CPU
 * @exercise: the run, with pool and coverage
 * @cpu: number; one with cells of coverage
 *
 * Process context. Return: the structure, or an error pointer.
 */
struct yt_cpu *yt_cpu_make(struct yt_exercise *exercise, unsigned int cpu);
/* Workers and softirqs stopped, and every request completed. */
void yt_cpu_free(struct yt_cpu *cpu);

/*
 * Wait, for as long as it takes, until drivers have completed every request.
 * Process context; workers and softirqs stopped.
 */
void yt_cpu_wait(struct yt_cpu *cpu);
size_t yt_cpu_memory(const struct yt_exercise *exercise);

#endif /* CRYPTORTURE_CONTEXT_SLOTS_H */

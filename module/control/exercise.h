/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything of a run but what runs: drivers, packets, cells, CPUs. */
#ifndef CRYPTORTURE_CONTROL_EXERCISE_H
#define CRYPTORTURE_CONTROL_EXERCISE_H

#include "cpu/cpu.h"
#include "drivers/driver.h"

/**
 * yt_exercise_make() - allocate what a run needs
 * @exercise: zeroed, with its config; the caller adds ring and callbacks
 * @drivers: the drivers asked for, or NULL for all that can be used
 * @count: how many
 * @why: on failure, the reason as a sentence
 *
 * Process context.
 *
 * Return: 0, or a negative errno; also then yt_exercise_free_cpus() and
 * yt_exercise_free() must follow.
 */
int yt_exercise_make(struct yt_exercise *exercise,
		     const struct yt_driver *const *drivers,
		     unsigned int count, const char **why);

/*
 * Has the CPU AES-NI, and no driver of the run uses it? Then the run says nothing
 * of what it is mostly about.
 */
bool yt_exercise_misses_aesni(const struct yt_exercise *exercise);

/*
 * What lasts only as long as the run does: CPUs and packets. Waits for requests
 * that drivers have kept. Idempotent; process context, everything stopped.
 */
void yt_exercise_free_cpus(struct yt_exercise *exercise);

/* And then the rest, with @exercise itself. NULL is allowed. */
void yt_exercise_free(struct yt_exercise *exercise);

/* Bytes that it holds, or will when the pool is full. */
u64 yt_exercise_memory(const struct yt_exercise *exercise);

#endif /* CRYPTORTURE_CONTROL_EXERCISE_H */

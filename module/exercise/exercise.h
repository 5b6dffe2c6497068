/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything of a run but what runs: drivers, packets, cells, CPUs. */
#ifndef CRYPTORTURE_EXERCISE_EXERCISE_H
#define CRYPTORTURE_EXERCISE_EXERCISE_H

#include "exercise/cpu.h"
#include "exercise/subject.h"

/**
 * ct_exercise_make() - allocate what a run needs
 * @of: zeroed, with its config; the caller adds ring and callbacks
 * @subjects: the drivers asked for, or NULL for all that can be used
 * @count: how many
 * @why: on failure, a sentence that says why
 *
 * Process context.
 *
 * Return: 0, or a negative errno; also then ct_exercise_free_cpus() and
 * ct_exercise_free() must follow.
 */
int ct_exercise_make(struct ct_exercise *of,
		     const struct ct_subject *const *subjects,
		     unsigned int count, const char **why);

/*
 * Has the CPU AES-NI, and no driver of the run uses it? Then the run says nothing
 * of what it is mostly about.
 */
bool ct_exercise_misses_aesni(const struct ct_exercise *of);

/*
 * What lasts only as long as the run does: CPUs and packets. Waits for requests
 * that drivers have kept. Idempotent; process context, everything stopped.
 */
void ct_exercise_free_cpus(struct ct_exercise *of);

/* And then the rest, with @of itself. NULL is allowed. */
void ct_exercise_free(struct ct_exercise *of);

/* Bytes that it holds, or will when the pool is full. */
u64 ct_exercise_memory(const struct ct_exercise *of);

#endif /* CRYPTORTURE_EXERCISE_EXERCISE_H */

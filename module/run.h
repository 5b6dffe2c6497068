/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run at a time: configure, start, stop, verdict. What it found stays
 * until the next one starts or the module is unloaded.
 */
#ifndef CRYPTORTURE_RUN_H
#define CRYPTORTURE_RUN_H

#include "evidence/mismatch.h"
#include "exercise/cpu.h"
#include "status.h"

/* Process context, once. Return: 0 or a negative errno. */
int ct_run_init(void);
/* Ends a run that is on, and lets no other begin. Idempotent. */
void ct_run_close(void);
/* Closes, and frees everything. */
void ct_run_exit(void);

/**
 * ct_run_start() - begin a run
 * @config: its parameters
 * @subjects: the drivers, or NULL for all that can be used
 * @count: how many
 * @why: on failure, a sentence that says why
 *
 * Process context; may take seconds when it is the first of this module.
 *
 * Return: 0; -EBUSY when a run is on; -EINVAL, -ENOMEM, -ENOENT or what the
 * crypto API says, with nothing left behind.
 */
int ct_run_start(const struct ct_config *config,
		 const struct ct_subject *const *subjects, unsigned int count,
		 const char **why);

/**
 * ct_run_stop() - end the run and draw the verdict
 * @end: why
 *
 * Process context; waits for operations in flight. Idempotent.
 *
 * Return: 0, or -ESRCH when no run is on.
 */
int ct_run_stop(enum ct_end end);

/* Process context. */
void ct_run_status(struct ct_status *status);

/**
 * ct_run_get() - look into the present run, or the last one
 *
 * Process context. It stays until ct_run_put(), which must follow also when
 * there is none.
 *
 * Return: the run, whose coverage and subjects may be read; or NULL.
 */
const struct ct_exercise *ct_run_get(void);
void ct_run_put(void);

/* Is a run on? Only a hint unless between ct_run_get() and ct_run_put(). */
bool ct_run_is_on(void);

/* The ring of records, of the present run or the last one. */
struct ct_mismatch_ring *ct_run_ring(void);

/**
 * ct_run_listen() - be told of a run's beginning and end
 * @listener: called in process context with true at the beginning and false at
 *	      the end, no lock held; NULL for nobody
 */
void ct_run_listen(void (*listener)(bool begins));

#endif /* CRYPTORTURE_RUN_H */

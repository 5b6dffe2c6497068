/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run at a time: configure, start, stop, verdict. What it found stays
 * until the next one starts or the module is unloaded.
 */
#ifndef CRYPTORTURE_CONTROL_RUN_H
#define CRYPTORTURE_CONTROL_RUN_H

#include "control/status.h"
#include "cpu/cpu.h"
#include "evidence/mismatch.h"

/* Process context, once. Return: 0 or a negative errno. */
int yt_run_init(void);
/* Ends an active run, and lets no other begin. Idempotent. */
void yt_run_close(void);
/* Closes, and frees everything. */
void yt_run_exit(void);

/**
 * yt_run_start() - begin a run
 * @config: its parameters
 * @drivers: the drivers, or NULL for all that can be used
 * @count: how many
 * @why: on failure, the reason as a sentence
 *
 * Process context; may take seconds when it is the first of this module.
 *
 * Return: 0; -EBUSY when a run is active; -EINVAL, -ENOMEM, -ENOENT or the error of the
 * crypto API, with nothing left allocated.
 */
int yt_run_start(const struct yt_config *config,
		 const struct yt_driver *const *drivers, unsigned int count,
		 const char **why);

/**
 * yt_run_stop() - end the run and draw the verdict
 * @end: why
 *
 * Process context; waits for operations in flight. Idempotent.
 *
 * Return: 0, or -ESRCH when no run is active.
 */
int yt_run_stop(enum cryptorture_end end);

/* Process context; takes no lock that is held while waiting for a driver. */
void yt_run_status(struct yt_status *status);

/**
 * yt_run_lock() - lock the current run, or the last one, for reading
 *
 * Process context; takes no lock that is held while waiting for a driver. The run stays until
 * yt_run_unlock(), which must follow soon, and also when there is none.
 *
 * Return: the run, whose coverage, drivers and records may be read; or NULL.
 */
const struct yt_exercise *yt_run_lock(void);
void yt_run_unlock(void);

/* Is a run active? Only a hint. Process context; does not wait for a driver. */
bool yt_run_is_on(void);

/**
 * yt_run_exclude() - keep runs from starting, for work that excludes them
 *
 * Process context; waits for starts and stops. No run begins until yt_run_include().
 *
 * Return: 0, or -EBUSY when a run is active; then yt_run_include() must not follow.
 */
int yt_run_exclude(void);
void yt_run_include(void);

/**
 * struct yt_run_listener - callbacks for events of a run
 * @run: called in process context with true when a run has begun and false when it has
 *	 ended, no lock held
 * @record: called after each new record in the context of the operation; may not sleep
 */
struct yt_run_listener {
	void (*run)(bool begins);
	void (*record)(void);
};

/* A constant, or NULL for none. Process context. */
void yt_run_listen(const struct yt_run_listener *listener);

#endif /* CRYPTORTURE_CONTROL_RUN_H */

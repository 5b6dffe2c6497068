/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The threads and timers of a run: workers and softirqs of each CPU, of hotplugged CPUs
 * too, and the disturbers.
 */
#ifndef CRYPTORTURE_CONTROL_WORKERS_H
#define CRYPTORTURE_CONTROL_WORKERS_H

#include "cpu/cpu.h"

/* Registers the CPU hotplug callbacks. Process context, once. Return: 0 or a negative errno. */
int yt_workers_init(void);
/* No run is active. */
void yt_workers_exit(void);

/*
 * Start on each online CPU of the run. Process context; one run at a time.
 * Return: 0, or a negative errno with everything stopped.
 */
int yt_workers_start(struct yt_exercise *exercise);

/*
 * Stop workers, callers and replays. Lost requests are waited for, all together,
 * YT_STUCK_SECONDS at most. Process context; idempotent.
 */
void yt_workers_stop(struct yt_exercise *exercise);

#endif /* CRYPTORTURE_CONTROL_WORKERS_H */

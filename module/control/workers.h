/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that runs in a run: workers and softirqs of each CPU, also of those that come and
 * go, and the disturbers.
 */
#ifndef CRYPTORTURE_CONTROL_WORKERS_H
#define CRYPTORTURE_CONTROL_WORKERS_H

#include "cpu/cpu.h"

/* CPU hotplug is listened to. Process context, once. Return: 0 or a negative errno. */
int yt_workers_init(void);
/* No run is on. */
void yt_workers_exit(void);

/*
 * Begin, on each CPU of the run that is online. Process context; one run at a time.
 * Return: 0, or a negative errno, and then all is stopped.
 */
int yt_workers_start(struct yt_exercise *exercise);

/*
 * End, callers and replays too. A driver that has lost a request of each is waited for
 * YT_STUCK_SECONDS, not longer. Process context; idempotent.
 */
void yt_workers_stop(struct yt_exercise *exercise);

#endif /* CRYPTORTURE_CONTROL_WORKERS_H */

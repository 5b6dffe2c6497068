/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that runs in a run: workers and softirqs of each CPU, also of those that come and
 * go, and the disturbers.
 */
#ifndef CRYPTORTURE_CONTROL_WORKERS_H
#define CRYPTORTURE_CONTROL_WORKERS_H

#include "exercise/cpu.h"

/* CPU hotplug is listened to. Process context, once. Return: 0 or a negative errno. */
int ct_workers_init(void);
/* No run is on. */
void ct_workers_exit(void);

/*
 * Begin, on each CPU of the run that is online. Process context; one run at a time.
 * Return: 0, or a negative errno, and then all is stopped.
 */
int ct_workers_start(struct ct_exercise *of);

/*
 * End, callers and replays too. A driver that has lost a request of each is waited for
 * CT_STUCK_SECONDS, not longer. Process context; idempotent.
 */
void ct_workers_stop(struct ct_exercise *of);

#endif /* CRYPTORTURE_CONTROL_WORKERS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hotplug disturber: takes one CPU of the run offline, and online again.
 *
 * Lock order: the run's own lock, then the kernel's device_hotplug_lock, then
 * the CPU hotplug lock. The thread takes the last two inside remove_cpu() and
 * add_cpu(); stop(), which waits for the thread, may hold the first one only. The
 * hotplug callbacks of the run, which the thread causes, take none.
 */
#ifndef CRYPTORTURE_DISTURB_HOTPLUG_H
#define CRYPTORTURE_DISTURB_HOTPLUG_H

#include <linux/types.h>

/* Is this disturber taking the CPU offline? In the CPU hotplug callbacks. */
bool yt_hotplug_takes(unsigned int cpu);

/*
 * Bring CPUs back that an earlier run could not, because the kernel refused. Once
 * more at unload. Process context, CPU hotplug lock not held.
 */
void yt_hotplug_restore(void);

#endif /* CRYPTORTURE_DISTURB_HOTPLUG_H */

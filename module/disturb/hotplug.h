/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hotplug disturber: takes one CPU of the run off, and brings it back.
 *
 * Lock order: the run's own lock, then the kernel's device_hotplug_lock, then
 * the CPU hotplug lock. The thread takes the last two inside remove_cpu() and
 * add_cpu(); who waits for it, in stop(), may hold the first one only. The
 * hotplug callbacks of the run, which the thread causes, take none.
 */
#ifndef CRYPTORTURE_DISTURB_HOTPLUG_H
#define CRYPTORTURE_DISTURB_HOTPLUG_H

#include <linux/types.h>

/* Is it this disturber that takes the CPU? In the CPU hotplug callbacks. */
bool yt_hotplug_takes(unsigned int cpu);

/*
 * Bring back what an earlier run could not, while the kernel forbade it. Once
 * more at unload. Process context, CPU hotplug lock not held.
 */
void yt_hotplug_restore(void);

#endif /* CRYPTORTURE_DISTURB_HOTPLUG_H */

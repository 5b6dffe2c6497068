/* SPDX-License-Identifier: GPL-2.0-only */
/* For how long drivers have been waited for. */
#ifndef CRYPTORTURE_CPU_PATIENCE_H
#define CRYPTORTURE_CPU_PATIENCE_H

/**
 * yt_patience() - the clock by which requests are overdue
 *
 * In jiffies. It advances only when it is read, and by one second at most between two
 * reads: time in which a machine stood still, for instance a virtual one that was
 * paused, is not charged to drivers. One clock for all, so that requests lost at the
 * same time are overdue at the same time, however many there are.
 *
 * Any context.
 */
unsigned long yt_patience(void);

#endif /* CRYPTORTURE_CPU_PATIENCE_H */

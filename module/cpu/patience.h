/* SPDX-License-Identifier: GPL-2.0-only */
/* For how long drivers have been waited for. */
#ifndef CRYPTORTURE_CPU_PATIENCE_H
#define CRYPTORTURE_CPU_PATIENCE_H

/**
 * yt_patience() - the clock by which requests are overdue
 *
 * In jiffies. It goes on only while somebody asks, and by one second at most between two
 * times: time in which a machine stood still, for instance a virtual one that was
 * paused, is no driver's. One clock for all, so that requests that were lost at the
 * same time are overdue at the same time, however many there are.
 *
 * Any context.
 */
unsigned long yt_patience(void);

#endif /* CRYPTORTURE_CPU_PATIENCE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests that a driver never gives back. */
#ifndef CRYPTORTURE_CPU_ABANDON_H
#define CRYPTORTURE_CPU_ABANDON_H

#include <linux/types.h>

/**
 * yt_abandon() - may the memory that such a request points to be given up?
 *
 * Process context. The driver may still write to it, and call back, so the module stays
 * loaded from then on; the kernel log says so.
 *
 * Return: false when the module is about to go: then the caller has to wait until the
 * request is given back.
 */
bool yt_abandon(void);

#endif /* CRYPTORTURE_CPU_ABANDON_H */

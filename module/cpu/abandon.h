/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests that a driver never completes. */
#ifndef CRYPTORTURE_CPU_ABANDON_H
#define CRYPTORTURE_CPU_ABANDON_H

#include <linux/types.h>

/**
 * yt_abandon() - leak the memory of such a request?
 *
 * Process context. The driver may still write to it and complete it, so the module stays
 * loaded from then on; the kernel log reports it.
 *
 * Return: false when the module is being unloaded: then the caller has to wait until the
 * request is completed.
 */
bool yt_abandon(void);

#endif /* CRYPTORTURE_CPU_ABANDON_H */

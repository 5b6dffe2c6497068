/* SPDX-License-Identifier: GPL-2.0-only */
/* The search for drivers. */
#ifndef CRYPTORTURE_DRIVERS_SEARCH_H
#define CRYPTORTURE_DRIVERS_SEARCH_H

#include "drivers/steps.h"

/**
 * yt_drivers_find() - look for drivers
 * @steps: how far it is; may be NULL
 *
 * Loads the modules that are needed, instantiates templates, and lists what is
 * registered. The first call may take seconds: the kernel tests each driver on
 * its first use. Later calls only look for what is new, and make again what
 * somebody has removed. The numbers of drivers stay what they are until the
 * module is unloaded.
 *
 * In a kernel thread: a signal must not end the wait for an instance in the middle,
 * see yt_instance_begin(). One search at a time.
 *
 * Return: 0, -ENOMEM, or -ECANCELED.
 */
int yt_drivers_find(struct yt_steps *steps);

#endif /* CRYPTORTURE_DRIVERS_SEARCH_H */

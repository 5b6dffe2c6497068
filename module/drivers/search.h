/* SPDX-License-Identifier: GPL-2.0-only */
/* The search for drivers. */
#ifndef CRYPTORTURE_DRIVERS_SEARCH_H
#define CRYPTORTURE_DRIVERS_SEARCH_H

#include "drivers/steps.h"

/**
 * yt_drivers_find() - search for drivers
 * @steps: its progress; may be NULL
 *
 * Loads the modules that are needed, instantiates templates, and lists what is
 * registered. The first call may take seconds: the kernel tests each driver on
 * its first use. Later calls only search for new drivers, and make instances again that
 * were removed. The numbers of drivers do not change until the
 * module is unloaded.
 *
 * In a kernel thread: a signal must not end the wait for an instance in the middle,
 * see yt_instance_begin(). One search at a time.
 *
 * Return: 0, -ENOMEM, or -ECANCELED.
 */
int yt_drivers_find(struct yt_steps *steps);

#endif /* CRYPTORTURE_DRIVERS_SEARCH_H */

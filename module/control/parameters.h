/* SPDX-License-Identifier: GPL-2.0-only */
/* Module parameters: what is of all runs, and one that begins when the module is loaded. */
#ifndef CRYPTORTURE_CONTROL_PARAMETERS_H
#define CRYPTORTURE_CONTROL_PARAMETERS_H

/**
 * yt_parameters_take() - put those of all runs into force
 *
 * Process context; may sleep. Before anything else begins.
 *
 * Return: 0; -EINVAL or -EOPNOTSUPP when one of them cannot be, with the reason in the
 * kernel log.
 */
int yt_parameters_take(void);

/**
 * yt_parameters_start() - begin the run that the parameters ask for, if any
 *
 * Process context, when everything else is ready.
 *
 * Return: 0, also when none is asked for; a negative errno, with the reason in
 * the kernel log.
 */
int yt_parameters_start(void);

#endif /* CRYPTORTURE_CONTROL_PARAMETERS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Module parameters: those of all runs, and those of a run that begins at load. */
#ifndef CRYPTORTURE_CONTROL_PARAMETERS_H
#define CRYPTORTURE_CONTROL_PARAMETERS_H

/**
 * yt_parameters_take() - apply the parameters of all runs
 *
 * Process context; may sleep. To be called before any other initialisation.
 *
 * Return: 0; -EINVAL or -EOPNOTSUPP when one cannot be applied, with the reason in the
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

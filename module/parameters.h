/* SPDX-License-Identifier: GPL-2.0-only */
/* Module parameters: a run that begins when the module is loaded. */
#ifndef CRYPTORTURE_PARAMETERS_H
#define CRYPTORTURE_PARAMETERS_H

/**
 * ct_parameters_start() - begin the run that the parameters ask for, if any
 *
 * Process context, when everything else is ready.
 *
 * Return: 0, also when none is asked for; a negative errno, with the reason in
 * the kernel log.
 */
int ct_parameters_start(void);

#endif /* CRYPTORTURE_PARAMETERS_H */

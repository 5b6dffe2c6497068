/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of exercisers and of the ESP probe: uapi/linux/cryptorture_calls.h. */
#ifndef CRYPTORTURE_CONTROL_CALLS_H
#define CRYPTORTURE_CONTROL_CALLS_H

/* Process context, once. Return: 0 or a negative errno. */
int yt_calls_init(void);
/*
 * Waits for running calls; no run is active, so they return soon. Files that are
 * still open give errors from then on. Idempotent.
 */
void yt_calls_exit(void);

#endif /* CRYPTORTURE_CONTROL_CALLS_H */

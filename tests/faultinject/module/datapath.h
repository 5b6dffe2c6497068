/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs that compute wrongly: BUG-CLASSES' cpu-deterministic, cpu-intermittent. */
#ifndef CRYPTORTURE_BUSTED_DATAPATH_H
#define CRYPTORTURE_BUSTED_DATAPATH_H

#include "wrapper.h"

/*
 * On the chosen CPUs one bit of the AES state flips after round 5, wherever 32
 * other bits of it, as a number, are a multiple of the rate. Decryption does
 * the same, so that it undoes what encryption did.
 */
extern const struct yt_busted_wrap yt_busted_cpu_deterministic;

/* One bit at random of one block in so many, after a round at random. */
extern const struct yt_busted_wrap yt_busted_cpu_intermittent;

#endif /* CRYPTORTURE_BUSTED_DATAPATH_H */

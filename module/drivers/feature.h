/* SPDX-License-Identifier: GPL-2.0-only */
/* What this CPU has of what drivers need. */
#ifndef CRYPTORTURE_DRIVERS_FEATURE_H
#define CRYPTORTURE_DRIVERS_FEATURE_H

#include <linux/types.h>

/* Those of these bits of enum yt_feature that the CPU has not. Any context. */
u32 yt_features_missing(u32 needs);

/*
 * Does the CPU have AES instructions, even if the kernel ignores them
 * (clearcpuid=aes)? Any context.
 */
bool yt_cpu_does_aes(void);

#endif /* CRYPTORTURE_DRIVERS_FEATURE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one difference between kernels that the pure rooms need, apart from compat.h so
 * that they need none of its includes.
 */
#ifndef CRYPTORTURE_COMPAT_UNALIGNED_H
#define CRYPTORTURE_COMPAT_UNALIGNED_H

#ifdef YT_HAS_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* CRYPTORTURE_COMPAT_UNALIGNED_H */

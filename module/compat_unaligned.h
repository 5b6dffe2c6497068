/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one version difference that the pure rooms meet, apart from compat.h so
 * that they need none of its includes.
 */
#ifndef CRYPTORTURE_COMPAT_UNALIGNED_H
#define CRYPTORTURE_COMPAT_UNALIGNED_H

#include <linux/version.h>

/* Moved in 6.12; not by __has_include(), which sparse does not know. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#endif /* CRYPTORTURE_COMPAT_UNALIGNED_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few types and helpers that the pure rooms (packet, reference and
 * evidence/compare) need, for the kernel and for user space: the control
 * program and its tests compile the very same sources to make a packet again
 * from its seed and to hold the reference against libcrypto.
 */
#ifndef CRYPTORTURE_PORT_H
#define CRYPTORTURE_PORT_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "compat_unaligned.h"

#else

#include "port_user.h"

#endif /* __KERNEL__ */
#endif /* CRYPTORTURE_PORT_H */

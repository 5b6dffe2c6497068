/* SPDX-License-Identifier: GPL-2.0-only */
/* Known-answer tests of the whole reference, run before it is believed. */
#ifndef CRYPTORTURE_REFERENCE_KAT_H
#define CRYPTORTURE_REFERENCE_KAT_H

#include "port.h"

/**
 * yt_reference_check() - prepare the reference and prove it
 * @failed: on failure, the name of the first test that failed, with its source
 *          (such as "AES-128, FIPS 197 C.1"); NULL otherwise
 *
 * Process context, once, before any other function of this room is used.
 *
 * Return: 0, or -EBADMSG when an answer is wrong.
 */
int yt_reference_check(const char **failed);

#endif /* CRYPTORTURE_REFERENCE_KAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Templates that work over a whole driver: which instances of them are worth a try
 * follows from the drivers that are there.
 */
#ifndef CRYPTORTURE_PACKET_WRAPPER_H
#define CRYPTORTURE_PACKET_WRAPPER_H

#include "port.h"
#include "packet/algorithm.h"

#define YT_WRAPPER_NAME		128	/* bytes, with the NUL */

/**
 * struct yt_wrapper - an instance to try
 * @alg: its algorithm
 * @name: its cra_driver_name
 */
struct yt_wrapper {
	const struct yt_algorithm *alg;
	char name[YT_WRAPPER_NAME];
};

/**
 * yt_wrapper_make() - name an instance over a driver
 * @wrapper: where to
 * @alg: algorithm of the driver
 * @driver: its cra_driver_name
 * @number: which one of those that there are, from 0 on
 *
 * Of drivers that are no instances themselves and use SIMD: pcrypt over each AEAD,
 * seqiv over rfc4106, and cryptd over the form for other drivers' use that kernels
 * before 7.0 have of all.
 *
 * Any context. Return: whether there is such a one.
 */
bool yt_wrapper_make(struct yt_wrapper *wrapper,
		     const struct yt_algorithm *alg, const char *driver,
		     unsigned int number);

#endif /* CRYPTORTURE_PACKET_WRAPPER_H */

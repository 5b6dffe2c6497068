/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Base drivers: those that a template instance stands on in the end, such as
 * sha1-ni and cbc-aes-aesni of authenc(hmac(sha1-ni),cbc-aes-aesni).
 */
#ifndef CRYPTORTURE_DRIVERS_BASE_DRIVER_H
#define CRYPTORTURE_DRIVERS_BASE_DRIVER_H

#include <linux/types.h>

/**
 * yt_base_drivers_exist() - are all base drivers of this driver registered?
 * @driver: a driver's name; one that is no instance is its own base driver
 *
 * Asks for the module of a base driver that is not, but only once. The crypto API
 * would start modprobe for each name within, again for each driver: hundreds
 * of times in a search, which took longer than all its self-tests.
 *
 * Process context; may sleep. One caller at a time.
 */
bool yt_base_drivers_exist(const char *driver);

#endif /* CRYPTORTURE_DRIVERS_BASE_DRIVER_H */

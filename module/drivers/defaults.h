/* SPDX-License-Identifier: GPL-2.0-only */
/* Which drivers the host gets when it asks for an algorithm, before a search and after. */
#ifndef CRYPTORTURE_DRIVERS_DEFAULTS_H
#define CRYPTORTURE_DRIVERS_DEFAULTS_H

#include "drivers/driver.h"
#include "drivers/steps.h"

/**
 * struct yt_defaults - the default drivers, by algorithm; "" where there is none
 * @any: of all drivers
 * @sync: among the synchronous drivers, which some users require
 */
struct yt_defaults {
	char any[YT_ALGORITHMS][CRYPTORTURE_NAME_MAX];
	char sync[YT_ALGORITHMS][CRYPTORTURE_NAME_MAX];
};

/*
 * Request each algorithm, which makes the instance that the host would make. In a kthread,
 * between instances that a search makes; may sleep. Return: 0 or -ECANCELED.
 */
int yt_defaults_find(struct yt_defaults *defaults, struct yt_steps *steps);

/*
 * Compare the defaults now with @before: drivers are marked as defaults, and changes are
 * logged and counted. Process context; may sleep.
 */
void yt_defaults_check(const struct yt_defaults *before);

#endif /* CRYPTORTURE_DRIVERS_DEFAULTS_H */

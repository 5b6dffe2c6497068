/* SPDX-License-Identifier: GPL-2.0-only */
/* Which drivers the host gets when it asks for an algorithm, before a search and after. */
#ifndef CRYPTORTURE_EXERCISE_DEFAULTS_H
#define CRYPTORTURE_EXERCISE_DEFAULTS_H

#include "exercise/subject.h"

/**
 * struct ct_defaults - the default drivers, by algorithm; "" where there is none
 * @any: of all drivers
 * @sync: among the drivers that always complete at once, which some users insist on
 */
struct ct_defaults {
	char any[CT_ALGORITHMS][CT_NAME_MAX];
	char sync[CT_ALGORITHMS][CT_NAME_MAX];
};

/*
 * Ask for each algorithm, which makes what the host would make for itself. In a kthread,
 * between instances that a search makes; may sleep. Return: 0 or -ECANCELED.
 */
int ct_defaults_find(struct ct_defaults *defaults, struct ct_steps *steps);

/*
 * Ask again: subjects learn which of them are defaults, and what has changed since @before
 * is told and counted. Process context; may sleep.
 */
void ct_defaults_check(const struct ct_defaults *before);

#endif /* CRYPTORTURE_EXERCISE_DEFAULTS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Subjects: the drivers under test. Found at run time: the default of every
 * algorithm, the candidates that are known by name, and whatever else is
 * registered with the crypto API.
 */
#ifndef CRYPTORTURE_EXERCISE_SUBJECT_H
#define CRYPTORTURE_EXERCISE_SUBJECT_H

#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "packet/algorithm.h"

#define CT_SUBJECTS_MAX		160
#define CT_MODULE_MAX		56	/* MODULE_NAME_LEN, with the NUL */
#define CT_REASON_MAX		96	/* bytes, with the NUL */

/**
 * struct ct_subject - a driver, present or expected and absent
 * @alg: its algorithm
 * @driver: cra_driver_name
 * @module: the module it is in, "kernel" when built in
 * @priority: cra_priority
 * @async: CRYPTO_ALG_ASYNC
 * @simd: uses vector registers, by its name and parts
 * @deferred: works in a thread of its own: cryptd, pcrypt
 * @is_default: what the kernel picks for the algorithm
 * @present: can be used
 * @broken: is there, or ought to be, but could not be used: see @reason
 * @err: negative errno of the attempt
 * @reason: why it is absent or broken
 */
struct ct_subject {
	const struct ct_algorithm *alg;
	char driver[CT_NAME_MAX];
	char module[CT_MODULE_MAX];
	int priority;
	bool async;
	bool simd;
	bool deferred;
	bool is_default;
	bool present;
	bool broken;
	int err;
	char reason[CT_REASON_MAX];
};

/**
 * ct_subjects_find() - look for drivers
 *
 * Loads the modules that are needed, instantiates templates, and lists what is
 * registered. The first call may take seconds: the kernel tests each driver on
 * its first use. Later calls only look for what is new. The numbers of
 * subjects stay what they are until the module is unloaded.
 *
 * Process context; may sleep.
 *
 * Return: 0, -ENOMEM, or -EINTR when a fatal signal came.
 */
int ct_subjects_find(void);

/* How many there are, and one of them; valid after ct_subjects_find(). */
unsigned int ct_subjects_count(void);
const struct ct_subject *ct_subject_get(unsigned int id);

/* The number of a subject. */
unsigned int ct_subject_id(const struct ct_subject *subject);

/* The subject of this name, present or not, or NULL. */
const struct ct_subject *ct_subject_by_name(const char *driver);

/* A subject cannot be used after all, say because setkey fails. */
void ct_subject_set_broken(const struct ct_subject *subject, int err,
			   const char *what);

/*
 * Algorithms whose default driver is another than before the search. Instances
 * of templates stay registered, so the default is always made first.
 */
unsigned int ct_subjects_defaults_changed(void);

void ct_subjects_free(void);

#endif /* CRYPTORTURE_EXERCISE_SUBJECT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Subjects: the drivers under test. Found at run time: the default of every
 * algorithm, the candidates that are known by name, and all others that are
 * registered with the crypto API.
 */
#ifndef CRYPTORTURE_EXERCISE_SUBJECT_H
#define CRYPTORTURE_EXERCISE_SUBJECT_H

#include <linux/crypto.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "exercise/steps.h"
#include "packet/algorithm.h"

#define YT_SUBJECTS_MAX		160
#define YT_MODULE_MAX		56	/* MODULE_NAME_LEN, with the NUL */
#define YT_REFUSES_MAX		80	/* bytes, with the NUL: two keys, two ICVs */
#define YT_REASON_MAX		128	/* likewise */

/**
 * struct yt_subject - a driver, present or expected and absent
 * @alg: its algorithm
 * @driver: cra_driver_name
 * @module: the module it is in, "kernel" when built in
 * @priority: cra_priority, without what exercise/instance does to it
 * @async: CRYPTO_ALG_ASYNC
 * @simd: uses vector registers, by its name and parts
 * @internal: CRYPTO_ALG_INTERNAL: available only on request of that flag
 * @deferred: its operations run in another thread, which may be on another CPU
 * @is_default: the one that the kernel picks for the algorithm
 * @present: can be used
 * @broken: exists, or is expected, but could not be used: see @reason
 * @err: negative errno of the attempt
 * @refuses: parts of the plan that it does not support, each once
 * @reason: why it is absent or broken, or what it was not tested with
 */
struct yt_subject {
	const struct yt_algorithm *alg;
	char driver[CT_NAME_MAX];
	char module[YT_MODULE_MAX];
	int priority;
	bool async;
	bool simd;
	bool internal;
	bool deferred;
	bool is_default;
	bool present;
	bool broken;
	int err;
	char refuses[YT_REFUSES_MAX];
	char reason[YT_REASON_MAX];
};

/**
 * yt_subjects_find() - search for drivers
 * @steps: its progress; may be NULL
 *
 * Loads the modules that are needed, instantiates templates, and lists what is
 * registered. The first call may take seconds: the kernel tests each driver on
 * its first use. Later calls only search for new drivers, and make instances again that
 * were removed. The numbers of subjects do not change until the
 * module is unloaded.
 *
 * In a kernel thread: a signal must not end the wait for an instance in the middle,
 * see yt_instance_begin(). One search at a time.
 *
 * Return: 0, -ENOMEM, or -ECANCELED.
 */
int yt_subjects_find(struct yt_steps *steps);

/* How many there are, and one of them; valid after yt_subjects_find(). */
unsigned int yt_subjects_count(void);
const struct yt_subject *yt_subject_get(unsigned int id);

/* One of them as it is at one moment; false if there is none. Process context. */
bool yt_subject_copy(unsigned int id, struct yt_subject *copy);

/* The number of a subject. */
unsigned int yt_subject_id(const struct yt_subject *subject);

/* The subject of this name, present or not, or NULL. */
const struct yt_subject *yt_subject_by_name(const char *driver);

/* A subject cannot be used after all, say because setkey fails. */
void yt_subject_set_broken(const struct yt_subject *subject, int err,
			   const char *what);

/* It can be used, but not with this, such as "keys of 192 bits". Process context. */
void yt_subject_set_refusal(const struct yt_subject *subject, const char *what,
			    int err);

/*
 * Algorithms whose default driver was another one after a search than before
 * it: none, or exercise/instance has failed. A driver that something else
 * loaded at that time counts as well.
 */
unsigned int yt_subjects_defaults_changed(void);

/*
 * Also removes the template instances that searches made. No transform may be
 * left, and no search or run be on.
 */
void yt_subjects_free(void);

/*
 * For exercise/search alone, one search at a time.
 *
 * yt_subject_append() gives a place for a driver that is not known yet, or NULL
 * when there is no more; it is not seen by others until yt_subject_publish().
 */
int yt_subjects_init(void);
struct yt_subject *yt_subject_append(const struct yt_algorithm *alg,
				     const char *driver);
void yt_subject_publish(void);

/* Under crypto_alg_sem, or with a reference to the algorithm. Process context. */
void yt_subject_set_present(struct yt_subject *subject,
			    const struct crypto_alg *alg);
void yt_subjects_set_default(const struct yt_algorithm *alg,
			     const char *driver);
void yt_subjects_add_defaults_changed(void);

#endif /* CRYPTORTURE_EXERCISE_SUBJECT_H */

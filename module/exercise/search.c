// SPDX-License-Identifier: GPL-2.0-only
/* The search for subjects; see ct_subjects_find(). */
#include <crypto/aead.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/kmod.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "exercise/defaults.h"
#include "exercise/feature.h"
#include "exercise/handle.h"
#include "exercise/instance.h"
#include "exercise/leaf.h"
#include "exercise/subject.h"
#include "packet/wrapper.h"

/* What ESP can need; those that a kernel does not have are passed over. */
static const char *const modules[] = {
	"aesni-intel", "ghash-clmulni-intel",
	"sha1-ssse3", "sha256-ssse3", "sha512-ssse3",
	"aes_generic", "ghash-generic",
	"sha1_generic", "sha256_generic", "sha512_generic",
	"cbc", "ctr", "gcm", "hmac", "authenc", "authencesn", "seqiv", "echainiv",
	"cryptd", "pcrypt",
};

static void say_missing(struct ct_subject *subject, u32 missing)
{
	size_t len = scnprintf(subject->reason, CT_REASON_MAX,
			       "this CPU has no");
	unsigned int i;

	for (i = 0; i < CT_FEATURES; i++)
		if (missing & BIT(i))
			len += scnprintf(subject->reason + len,
					 CT_REASON_MAX - len, " %s",
					 ct_feature_names[i]);
	subject->err = -ENOENT;
}

static void say_error(struct ct_subject *subject, int err)
{
	subject->err = err;
	subject->broken = true;
	switch (err) {
	case -ENOENT:
		subject->broken = false;
		strscpy(subject->reason,
			"this kernel does not have it, or its module is not installed",
			CT_REASON_MAX);
		break;
	case -ELIBBAD:
		strscpy(subject->reason,
			"it failed the kernel's own self-test: see the kernel log",
			CT_REASON_MAX);
		break;
	case -EOPNOTSUPP:
		subject->broken = false;
		strscpy(subject->reason,
			"not made: without kprobes it could become the host's default",
			CT_REASON_MAX);
		break;
	default:
		scnprintf(subject->reason, CT_REASON_MAX,
			  "it could not be allocated (error %d)", err);
		break;
	}
}

/* By driver name; if that makes an instance, then a quiet one. */
static int open_driver(struct ct_handle *handle, const struct ct_algorithm *alg,
		       const char *driver)
{
	u32 internal = ct_driver_name_is_internal(driver) ?
		       CRYPTO_ALG_INTERNAL : 0;
	struct ct_instance_scope scope;
	int err = -EOPNOTSUPP;

	if (!ct_leaves_exist(driver))
		return -ENOENT;
	/* No other type or mask: CRYPTO_ALG_ASYNC there would hide drivers. */
	if (!ct_instance_is_name(driver))
		return ct_handle_open(handle, alg, driver, internal, internal);
	if (ct_instance_begin(&scope, driver) || ct_instance_exists(driver))
		err = ct_handle_open(handle, alg, driver, internal,
				     internal | CRYPTO_NOLOAD);
	ct_instance_end(&scope);
	return err;
}

/* Somebody may have removed an instance that was found earlier. */
static void make_again(const struct ct_subject *subject)
{
	struct ct_handle handle;

	if (!subject->present || subject->broken ||
	    !ct_instance_is_name(subject->driver) ||
	    ct_instance_exists(subject->driver))
		return;
	if (!open_driver(&handle, subject->alg, subject->driver))
		ct_handle_close(&handle);
}

/* Not known to be there, though nothing is wrong with it but that it had gone. */
static bool may_be_back(const struct ct_subject *subject)
{
	if (subject->broken)
		return subject->err == -ENOENT;
	return !subject->present;
}

/*
 * Its template, or what it stands on, may have been loaded since the last search.
 * Other drivers are registered by then, and are found by that.
 */
static void look_again(struct ct_subject *subject)
{
	struct ct_handle handle;

	if (!ct_instance_is_name(subject->driver) ||
	    open_driver(&handle, subject->alg, subject->driver))
		return;
	if (!strcmp(ct_handle_alg(&handle)->cra_driver_name, subject->driver))
		ct_subject_set_present(subject, ct_handle_alg(&handle));
	ct_handle_close(&handle);
}

/* Return: 0, or -ENOMEM, which says nothing of the driver. */
static int find_candidate(const struct ct_algorithm *alg,
			  const struct ct_candidate *candidate)
{
	u32 missing = ct_features_missing(candidate->needs);
	struct ct_subject *subject;
	struct ct_handle handle;
	int err;

	subject = (struct ct_subject *)ct_subject_by_name(candidate->name);
	if (subject) {
		if (!may_be_back(subject))
			make_again(subject);
		else if (!missing)
			look_again(subject);
		return 0;
	}
	subject = ct_subject_append(alg, candidate->name);
	if (!subject)
		return 0;
	if (missing) {
		say_missing(subject, missing);
		ct_subject_publish();
		return 0;
	}
	err = open_driver(&handle, alg, candidate->name);
	if (err == -ENOMEM)
		return err;
	if (err) {
		say_error(subject, err);
		ct_subject_publish();
		return 0;
	}
	if (strcmp(ct_handle_alg(&handle)->cra_driver_name, candidate->name)) {
		subject->err = -ENOENT;
		scnprintf(subject->reason, CT_REASON_MAX,
			  "asking for it gives another driver");
	} else {
		ct_subject_set_present(subject, ct_handle_alg(&handle));
	}
	ct_subject_publish();
	ct_handle_close(&handle);
	return 0;
}

static bool is_type(const struct crypto_alg *alg, bool aead)
{
	u32 type = alg->cra_flags & CRYPTO_ALG_TYPE_MASK;

	if (alg->cra_flags & (CRYPTO_ALG_LARVAL | CRYPTO_ALG_DYING |
			      CRYPTO_ALG_DEAD | CRYPTO_ALG_INTERNAL))
		return false;
	return type == (aead ? CRYPTO_ALG_TYPE_AEAD : CRYPTO_ALG_TYPE_SKCIPHER);
}

/* Whatever is registered for the algorithm, also by drivers unheard of. */
static void find_registered(const struct ct_algorithm *alg)
{
	struct ct_subject *subject;
	struct crypto_alg *q;

	down_read(&crypto_alg_sem);
	list_for_each_entry(q, &crypto_alg_list, cra_list) {
		if (strcmp(q->cra_name, alg->name) ||
		    !is_type(q, ct_algorithm_is_aead(alg)))
			continue;
		subject = (struct ct_subject *)
			  ct_subject_by_name(q->cra_driver_name);
		if (subject) {
			if (may_be_back(subject))
				ct_subject_set_present(subject, q);
			continue;
		}
		subject = ct_subject_append(alg, q->cra_driver_name);
		if (!subject)
			break;
		ct_subject_set_present(subject, q);
		ct_subject_publish();
	}
	up_read(&crypto_alg_sem);
}

static int find(const struct ct_algorithm *alg, struct ct_steps *steps)
{
	const struct ct_candidate *candidate;
	int err;

	for (candidate = alg->candidates; candidate->name; candidate++) {
		if (ct_steps_cancelled(steps))
			return -ECANCELED;
		ct_steps_next(steps, candidate->name);
		err = find_candidate(alg, candidate);
		if (err)
			return err;
		cond_resched();
	}
	find_registered(alg);
	return 0;
}

/* Instances over the drivers that are there; those have none over themselves. */
static int find_wrappers(struct ct_steps *steps)
{
	unsigned int id, number;
	struct ct_wrapper wrapper;
	int err = 0;

	BUILD_BUG_ON(CT_WRAPPER_NAME > CT_NAME_MAX);
	for (id = 0; id < ct_subjects_count() && !err; id++) {
		const struct ct_subject *subject = ct_subject_get(id);

		if (!subject->present)
			continue;
		for (number = 0; !err &&
		     ct_wrapper_make(&wrapper, subject->alg, subject->driver,
				     number); number++) {
			const struct ct_candidate candidate = {
				.name = wrapper.name,
			};

			if (ct_steps_cancelled(steps))
				return -ECANCELED;
			ct_steps_next(steps, wrapper.name);
			err = find_candidate(wrapper.alg, &candidate);
			cond_resched();
		}
	}
	return err;
}

static unsigned int count_candidates(void)
{
	const struct ct_candidate *candidate;
	unsigned int i, count = 0;

	for (i = 0; i < CT_ALGORITHMS; i++)
		for (candidate = ct_algorithms[i].candidates; candidate->name;
		     candidate++)
			count++;
	return count;
}

/* As far as is known: instances over drivers that are found now come later. */
static unsigned int count_wrappers(void)
{
	struct ct_wrapper wrapper;
	unsigned int id, number, count = 0;

	for (id = 0; id < ct_subjects_count(); id++) {
		const struct ct_subject *subject = ct_subject_get(id);

		if (!subject->present)
			continue;
		for (number = 0; ct_wrapper_make(&wrapper, subject->alg,
						 subject->driver, number);
		     number++)
			count++;
	}
	return count;
}

static int search(struct ct_defaults *before, struct ct_steps *steps)
{
	unsigned int i;
	int err;

	/*
	 * All defaults first: were a weaker instance registered before one,
	 * then the next who asks for the algorithm would get that.
	 */
	ct_steps_begin(steps, CT_JOB_STEP_DRIVERS,
		       CT_ALGORITHMS + count_candidates());
	err = ct_defaults_find(before, steps);
	for (i = 0; i < CT_ALGORITHMS && !err; i++)
		err = find(&ct_algorithms[i], steps);
	ct_steps_add(steps, count_wrappers());
	if (!err)
		err = find_wrappers(steps);
	if (!err)
		ct_defaults_check(before);
	return err;
}

static int load_modules(struct ct_steps *steps)
{
	static bool loaded;
	unsigned int i;

	if (loaded)
		return 0;
	ct_steps_begin(steps, CT_JOB_STEP_MODULES, ARRAY_SIZE(modules));
	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		if (ct_steps_cancelled(steps))
			return -ECANCELED;
		ct_steps_next(steps, modules[i]);
		request_module("%s", modules[i]);
	}
	loaded = true;
	return 0;
}

int ct_subjects_find(struct ct_steps *steps)
{
	struct ct_defaults *before;
	int err;

	before = kzalloc(sizeof(*before), GFP_KERNEL);
	if (!before)
		return -ENOMEM;
	err = ct_subjects_init();
	if (err)
		goto free;
	err = ct_instances_init();
	if (err && err != -EOPNOTSUPP)
		goto free;
	err = load_modules(steps);
	if (!err)
		err = search(before, steps);
free:
	kfree(before);
	return err;
}

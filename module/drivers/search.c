// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/kmod.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "drivers/base_driver.h"
#include "drivers/defaults.h"
#include "drivers/driver.h"
#include "drivers/feature.h"
#include "drivers/handle.h"
#include "drivers/instance.h"
#include "drivers/search.h"
#include "packet/wrapper.h"

/* Modules that ESP can need; those that a kernel does not have are skipped. */
static const char *const modules[] = {
	"aesni-intel", "ghash-clmulni-intel",
	"sha1-ssse3", "sha256-ssse3", "sha512-ssse3",
	"aes_generic", "ghash-generic",
	"sha1_generic", "sha256_generic", "sha512_generic",
	"cbc", "ctr", "gcm", "hmac", "authenc", "authencesn", "seqiv", "echainiv",
	"cryptd", "pcrypt",
};

static void say_missing(struct yt_driver *driver, u32 missing)
{
	size_t len = scnprintf(driver->reason, YT_REASON_MAX,
			       "this CPU has no");
	unsigned int i;

	for (i = 0; i < YT_FEATURES; i++)
		if (missing & BIT(i))
			len += scnprintf(driver->reason + len,
					 YT_REASON_MAX - len, " %s",
					 yt_feature_names[i]);
	driver->err = -ENOENT;
}

static void say_error(struct yt_driver *driver, int err)
{
	driver->err = err;
	driver->broken = true;
	switch (err) {
	case -ENOENT:
		driver->broken = false;
		strscpy(driver->reason,
			"this kernel does not have it, or its module is not installed",
			YT_REASON_MAX);
		break;
	case -ELIBBAD:
		strscpy(driver->reason,
			"it failed the kernel's own self-test: see the kernel log",
			YT_REASON_MAX);
		break;
	case -EOPNOTSUPP:
		driver->broken = false;
		strscpy(driver->reason,
			"not made: without kprobes it could become the host's default",
			YT_REASON_MAX);
		break;
	default:
		scnprintf(driver->reason, YT_REASON_MAX,
			  "it could not be allocated (error %d)", err);
		break;
	}
}

/* By driver name; an instance that this makes gets a low priority. */
static int open_driver(struct yt_handle *handle, const struct yt_algorithm *alg,
		       const char *driver)
{
	u32 internal = yt_driver_name_is_internal(driver) ?
		       CRYPTO_ALG_INTERNAL : 0;
	struct yt_instance_scope scope;
	int err = -EOPNOTSUPP;

	if (!yt_base_drivers_exist(driver))
		return -ENOENT;
	/* No other type or mask: CRYPTO_ALG_ASYNC there would hide drivers. */
	if (!yt_instance_is_name(driver))
		return yt_handle_open(handle, alg, driver, internal, internal);
	if (yt_instance_begin(&scope, driver) || yt_instance_exists(driver))
		err = yt_handle_open(handle, alg, driver, internal,
				     internal | CRYPTO_NOLOAD);
	yt_instance_end(&scope);
	return err;
}

/* An instance that was found earlier may have been removed. */
static void make_again(const struct yt_driver *driver)
{
	struct yt_handle handle;

	if (!driver->present || driver->broken ||
	    !yt_instance_is_name(driver->name) ||
	    yt_instance_exists(driver->name))
		return;
	if (!open_driver(&handle, driver->alg, driver->name))
		yt_handle_close(&handle);
}

/* Absent, but only because it had been removed. */
static bool may_be_back(const struct yt_driver *driver)
{
	if (driver->broken)
		return driver->err == -ENOENT;
	return !driver->present;
}

/*
 * Its template, or a driver that it is made of, may have been loaded since the last search.
 * Other drivers are registered by then, and are found by that.
 */
static void look_again(struct yt_driver *driver)
{
	struct yt_handle handle;

	if (!yt_instance_is_name(driver->name) ||
	    open_driver(&handle, driver->alg, driver->name))
		return;
	if (!strcmp(yt_handle_alg(&handle)->cra_driver_name, driver->name))
		yt_driver_set_present(driver, yt_handle_alg(&handle));
	yt_handle_close(&handle);
}

/* Return: 0, or -ENOMEM, which is no result about the driver. */
static int find_candidate(const struct yt_algorithm *alg,
			  const struct yt_candidate *candidate)
{
	u32 missing = yt_features_missing(candidate->needs);
	struct yt_driver *driver;
	struct yt_handle handle;
	int err;

	driver = (struct yt_driver *)yt_driver_by_name(candidate->name);
	if (driver) {
		if (!may_be_back(driver))
			make_again(driver);
		else if (!missing)
			look_again(driver);
		return 0;
	}
	driver = yt_driver_append(alg, candidate->name);
	if (!driver)
		return 0;
	if (missing) {
		say_missing(driver, missing);
		yt_driver_publish();
		return 0;
	}
	err = open_driver(&handle, alg, candidate->name);
	if (err == -ENOMEM)
		return err;
	if (err) {
		say_error(driver, err);
		yt_driver_publish();
		return 0;
	}
	if (strcmp(yt_handle_alg(&handle)->cra_driver_name, candidate->name)) {
		driver->err = -ENOENT;
		scnprintf(driver->reason, YT_REASON_MAX,
			  "asking for it gives another driver");
	} else {
		yt_driver_set_present(driver, yt_handle_alg(&handle));
	}
	yt_driver_publish();
	yt_handle_close(&handle);
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

/* All drivers that are registered for the algorithm, unknown ones too. */
static void find_registered(const struct yt_algorithm *alg)
{
	struct yt_driver *driver;
	struct crypto_alg *q;

	down_read(&crypto_alg_sem);
	list_for_each_entry(q, &crypto_alg_list, cra_list) {
		if (strcmp(q->cra_name, alg->name) ||
		    !is_type(q, yt_algorithm_is_aead(alg)))
			continue;
		driver = (struct yt_driver *)
			  yt_driver_by_name(q->cra_driver_name);
		if (driver) {
			if (may_be_back(driver))
				yt_driver_set_present(driver, q);
			continue;
		}
		driver = yt_driver_append(alg, q->cra_driver_name);
		if (!driver)
			break;
		yt_driver_set_present(driver, q);
		yt_driver_publish();
	}
	up_read(&crypto_alg_sem);
}

static int find(const struct yt_algorithm *alg, struct yt_steps *steps)
{
	const struct yt_candidate *candidate;
	int err;

	for (candidate = alg->candidates; candidate->name; candidate++) {
		if (yt_steps_cancelled(steps))
			return -ECANCELED;
		yt_steps_next(steps, candidate->name);
		err = find_candidate(alg, candidate);
		if (err)
			return err;
		cond_resched();
	}
	find_registered(alg);
	return 0;
}

/* Instances over the drivers found; wrappers are not wrapped again. */
static int find_wrappers(struct yt_steps *steps)
{
	unsigned int id, number;
	struct yt_wrapper wrapper;
	int err = 0;

	BUILD_BUG_ON(YT_WRAPPER_NAME > CRYPTORTURE_NAME_MAX);
	for (id = 0; id < yt_drivers_count() && !err; id++) {
		const struct yt_driver *driver = yt_driver_get(id);

		if (!driver->present)
			continue;
		for (number = 0; !err &&
		     yt_wrapper_make(&wrapper, driver->alg, driver->name,
				     number); number++) {
			const struct yt_candidate candidate = {
				.name = wrapper.name,
			};

			if (yt_steps_cancelled(steps))
				return -ECANCELED;
			yt_steps_next(steps, wrapper.name);
			err = find_candidate(wrapper.alg, &candidate);
			cond_resched();
		}
	}
	return err;
}

static unsigned int count_candidates(void)
{
	const struct yt_candidate *candidate;
	unsigned int i, count = 0;

	for (i = 0; i < YT_ALGORITHMS; i++)
		for (candidate = yt_algorithms[i].candidates; candidate->name;
		     candidate++)
			count++;
	return count;
}

/* As far as is known: instances over drivers that are found now are added later. */
static unsigned int count_wrappers(void)
{
	struct yt_wrapper wrapper;
	unsigned int id, number, count = 0;

	for (id = 0; id < yt_drivers_count(); id++) {
		const struct yt_driver *driver = yt_driver_get(id);

		if (!driver->present)
			continue;
		for (number = 0; yt_wrapper_make(&wrapper, driver->alg,
						 driver->name, number);
		     number++)
			count++;
	}
	return count;
}

static int search(struct yt_defaults *before, struct yt_steps *steps)
{
	unsigned int i;
	int err;

	/*
	 * All defaults first: if a weaker instance were registered before one,
	 * then the next lookup of the algorithm would return that.
	 */
	yt_steps_begin(steps, CRYPTORTURE_JOB_STEP_DRIVERS,
		       YT_ALGORITHMS + count_candidates());
	err = yt_defaults_find(before, steps);
	for (i = 0; i < YT_ALGORITHMS && !err; i++)
		err = find(&yt_algorithms[i], steps);
	yt_steps_add(steps, count_wrappers());
	if (!err)
		err = find_wrappers(steps);
	if (!err)
		yt_defaults_check(before);
	return err;
}

static int load_modules(struct yt_steps *steps)
{
	static bool loaded;
	unsigned int i;

	if (loaded)
		return 0;
	yt_steps_begin(steps, CRYPTORTURE_JOB_STEP_MODULES, ARRAY_SIZE(modules));
	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		if (yt_steps_cancelled(steps))
			return -ECANCELED;
		yt_steps_next(steps, modules[i]);
		request_module("%s", modules[i]);
	}
	loaded = true;
	return 0;
}

int yt_drivers_find(struct yt_steps *steps)
{
	struct yt_defaults *before;
	int err;

	before = kzalloc(sizeof(*before), GFP_KERNEL);
	if (!before)
		return -ENOMEM;
	err = yt_drivers_init();
	if (err)
		goto free;
	err = yt_instances_init();
	if (err && err != -EOPNOTSUPP)
		goto free;
	err = load_modules(steps);
	if (!err)
		err = search(before, steps);
free:
	kfree(before);
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The drivers under test. Found at run time: the default of every
 * algorithm, the candidates that are known by name, and all others that are
 * registered with the crypto API.
 */
#ifndef CRYPTORTURE_DRIVERS_DRIVER_H
#define CRYPTORTURE_DRIVERS_DRIVER_H

#include <linux/crypto.h>
#include <linux/types.h>
#include <uapi/linux/cryptorture.h>

#include "packet/algorithm.h"

#define YT_DRIVERS_MAX		160
#define YT_MODULE_MAX		56	/* MODULE_NAME_LEN, with the NUL */
#define YT_REFUSES_MAX		80	/* bytes, with the NUL: two keys, two ICVs */
#define YT_REASON_MAX		128	/* likewise */

/**
 * struct yt_driver - a driver, present or expected and absent
 * @alg: its algorithm
 * @name: cra_driver_name
 * @module: the module it is in, "kernel" when built in
 * @priority: cra_priority, without what drivers/instance does to it
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
struct yt_driver {
	const struct yt_algorithm *alg;
	char name[CRYPTORTURE_NAME_MAX];
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

/* How many there are, and one of them; valid after yt_drivers_find(). */
unsigned int yt_drivers_count(void);
const struct yt_driver *yt_driver_get(unsigned int id);

/* One of them as it is at one moment; false if there is none. Process context. */
bool yt_driver_copy(unsigned int id, struct yt_driver *copy);

/* The number of a driver. */
unsigned int yt_driver_id(const struct yt_driver *driver);

/* The driver of this name, present or not, or NULL. */
const struct yt_driver *yt_driver_by_name(const char *name);

/* A driver cannot be used after all, say because setkey fails. */
void yt_driver_set_broken(const struct yt_driver *driver, int err,
			  const char *what);

/* It can be used, but not with this, such as "keys of 192 bits". Process context. */
void yt_driver_set_refusal(const struct yt_driver *driver, const char *what,
			   int err);

/*
 * Algorithms whose default driver was another one after a search than before
 * it: none, or drivers/instance has failed. A driver that something else
 * loaded at that time counts as well.
 */
unsigned int yt_drivers_defaults_changed(void);

/*
 * Also removes the template instances that searches made. No transform may be
 * left, and no search or run be on.
 */
void yt_drivers_free(void);

/*
 * For drivers/search alone, one search at a time.
 *
 * yt_driver_append() gives a place for a driver that is not known yet, or NULL
 * when there is no more; it is not seen by others until yt_driver_publish().
 */
int yt_drivers_init(void);
struct yt_driver *yt_driver_append(const struct yt_algorithm *alg,
				   const char *name);
void yt_driver_publish(void);

/* Under crypto_alg_sem, or with a reference to the algorithm. Process context. */
void yt_driver_set_present(struct yt_driver *driver,
			   const struct crypto_alg *alg);
void yt_drivers_set_default(const struct yt_algorithm *alg,
			    const char *name);
void yt_drivers_add_defaults_changed(void);

#endif /* CRYPTORTURE_DRIVERS_DRIVER_H */

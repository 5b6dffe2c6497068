// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "drivers/driver.h"
#include "drivers/instance.h"

/*
 * Held to write to published drivers, and to read fields that may still change;
 * other fields are constant. Only one search at a time appends.
 */
static DEFINE_MUTEX(lock);
static struct yt_driver *drivers;
static unsigned int count;
static unsigned int defaults_changed;

unsigned int yt_drivers_count(void)
{
	/* Pairs with the release in yt_driver_publish(). */
	return smp_load_acquire(&count);
}

const struct yt_driver *yt_driver_get(unsigned int id)
{
	return id < yt_drivers_count() ? &drivers[id] : NULL;
}

unsigned int yt_driver_id(const struct yt_driver *driver)
{
	return driver - drivers;
}

const struct yt_driver *yt_driver_by_name(const char *name)
{
	unsigned int i, n = yt_drivers_count();

	for (i = 0; i < n; i++)
		if (!strcmp(drivers[i].name, name))
			return &drivers[i];
	return NULL;
}

unsigned int yt_drivers_defaults_changed(void)
{
	return READ_ONCE(defaults_changed);
}

void yt_drivers_add_defaults_changed(void)
{
	WRITE_ONCE(defaults_changed, defaults_changed + 1);
}

void yt_driver_set_broken(const struct yt_driver *driver, int err,
			  const char *what)
{
	struct yt_driver *broken = &drivers[driver - drivers];

	mutex_lock(&lock);
	broken->broken = true;
	broken->err = err;
	scnprintf(broken->reason, YT_REASON_MAX, "%s (error %d)", what, err);
	mutex_unlock(&lock);
}

void yt_driver_set_refusal(const struct yt_driver *driver, const char *what,
			   int err)
{
	struct yt_driver *known = &drivers[driver - drivers];
	size_t len;

	mutex_lock(&lock);
	if (!strstr(known->refuses, what)) {
		len = strlen(known->refuses);
		scnprintf(known->refuses + len, YT_REFUSES_MAX - len, "%s%s",
			  len ? ", " : "", what);
		scnprintf(known->reason, YT_REASON_MAX,
			  "not tested with %s: it refuses them", known->refuses);
		pr_warn("%s refuses %s (error %d)\n", known->name, what, err);
	}
	mutex_unlock(&lock);
}

void yt_driver_set_present(struct yt_driver *driver,
			   const struct crypto_alg *alg)
{
	mutex_lock(&lock);
	driver->priority = yt_instance_priority(alg);
	driver->async = alg->cra_flags & CRYPTO_ALG_ASYNC;
	strscpy(driver->module, module_name(alg->cra_module), YT_MODULE_MAX);
	driver->present = true;
	driver->broken = false;
	driver->err = 0;
	driver->refuses[0] = '\0';
	driver->reason[0] = '\0';
	mutex_unlock(&lock);
}

void yt_drivers_set_default(const struct yt_algorithm *alg, const char *name)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < count; i++)
		if (drivers[i].alg == alg)
			drivers[i].is_default =
				!strcmp(drivers[i].name, name);
	mutex_unlock(&lock);
}

bool yt_driver_copy(unsigned int id, struct yt_driver *copy)
{
	const struct yt_driver *driver = yt_driver_get(id);

	if (!driver)
		return false;
	mutex_lock(&lock);
	*copy = *driver;
	mutex_unlock(&lock);
	return true;
}

int yt_drivers_init(void)
{
	if (!drivers)
		drivers = kvcalloc(YT_DRIVERS_MAX, sizeof(*drivers),
				   GFP_KERNEL);
	return drivers ? 0 : -ENOMEM;
}

struct yt_driver *yt_driver_append(const struct yt_algorithm *alg,
				   const char *name)
{
	struct yt_driver *driver;

	if (count == YT_DRIVERS_MAX) {
		pr_warn_once("more than %u drivers: the rest is left out\n",
			     YT_DRIVERS_MAX);
		return NULL;
	}
	driver = &drivers[count];
	memset(driver, 0, sizeof(*driver));
	driver->alg = alg;
	strscpy(driver->name, name, CRYPTORTURE_NAME_MAX);
	driver->simd = yt_driver_name_is_simd(name);
	driver->internal = yt_driver_name_is_internal(name);
	driver->deferred = yt_driver_name_is_deferred(name);
	return driver;
}

void yt_driver_publish(void)
{
	/* Pairs with the acquire in yt_drivers_count(). */
	smp_store_release(&count, count + 1);
}

void yt_drivers_free(void)
{
	/* The transforms have been freed, and with them the last users. */
	yt_instances_exit();
	kvfree(drivers);
	drivers = NULL;
	count = 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "exercise/instance.h"
#include "exercise/subject.h"

/*
 * Held to write to published subjects, and to read fields that may still change;
 * other fields are constant. Only one search at a time appends.
 */
static DEFINE_MUTEX(lock);
static struct yt_subject *subjects;
static unsigned int count;
static unsigned int defaults_changed;

unsigned int yt_subjects_count(void)
{
	/* Pairs with the release in yt_subject_publish(). */
	return smp_load_acquire(&count);
}

const struct yt_subject *yt_subject_get(unsigned int id)
{
	return id < yt_subjects_count() ? &subjects[id] : NULL;
}

unsigned int yt_subject_id(const struct yt_subject *subject)
{
	return subject - subjects;
}

const struct yt_subject *yt_subject_by_name(const char *driver)
{
	unsigned int i, n = yt_subjects_count();

	for (i = 0; i < n; i++)
		if (!strcmp(subjects[i].driver, driver))
			return &subjects[i];
	return NULL;
}

unsigned int yt_subjects_defaults_changed(void)
{
	return READ_ONCE(defaults_changed);
}

void yt_subjects_add_defaults_changed(void)
{
	WRITE_ONCE(defaults_changed, defaults_changed + 1);
}

void yt_subject_set_broken(const struct yt_subject *subject, int err,
			   const char *what)
{
	struct yt_subject *broken = &subjects[subject - subjects];

	mutex_lock(&lock);
	broken->broken = true;
	broken->err = err;
	scnprintf(broken->reason, YT_REASON_MAX, "%s (error %d)", what, err);
	mutex_unlock(&lock);
}

void yt_subject_set_refusal(const struct yt_subject *subject, const char *what,
			    int err)
{
	struct yt_subject *known = &subjects[subject - subjects];
	size_t len;

	mutex_lock(&lock);
	if (!strstr(known->refuses, what)) {
		len = strlen(known->refuses);
		scnprintf(known->refuses + len, YT_REFUSES_MAX - len, "%s%s",
			  len ? ", " : "", what);
		scnprintf(known->reason, YT_REASON_MAX,
			  "not tested with %s: it refuses them", known->refuses);
		pr_warn("%s refuses %s (error %d)\n", known->driver, what, err);
	}
	mutex_unlock(&lock);
}

void yt_subject_set_present(struct yt_subject *subject,
			    const struct crypto_alg *alg)
{
	mutex_lock(&lock);
	subject->priority = yt_instance_priority(alg);
	subject->async = alg->cra_flags & CRYPTO_ALG_ASYNC;
	strscpy(subject->module, module_name(alg->cra_module), YT_MODULE_MAX);
	subject->present = true;
	subject->broken = false;
	subject->err = 0;
	subject->refuses[0] = '\0';
	subject->reason[0] = '\0';
	mutex_unlock(&lock);
}

void yt_subjects_set_default(const struct yt_algorithm *alg, const char *driver)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < count; i++)
		if (subjects[i].alg == alg)
			subjects[i].is_default =
				!strcmp(subjects[i].driver, driver);
	mutex_unlock(&lock);
}

bool yt_subject_copy(unsigned int id, struct yt_subject *copy)
{
	const struct yt_subject *subject = yt_subject_get(id);

	if (!subject)
		return false;
	mutex_lock(&lock);
	*copy = *subject;
	mutex_unlock(&lock);
	return true;
}

int yt_subjects_init(void)
{
	if (!subjects)
		subjects = kvcalloc(YT_SUBJECTS_MAX, sizeof(*subjects),
				    GFP_KERNEL);
	return subjects ? 0 : -ENOMEM;
}

struct yt_subject *yt_subject_append(const struct yt_algorithm *alg,
				     const char *driver)
{
	struct yt_subject *subject;

	if (count == YT_SUBJECTS_MAX) {
		pr_warn_once("more than %u drivers: the rest is left out\n",
			     YT_SUBJECTS_MAX);
		return NULL;
	}
	subject = &subjects[count];
	memset(subject, 0, sizeof(*subject));
	subject->alg = alg;
	strscpy(subject->driver, driver, CT_NAME_MAX);
	subject->simd = yt_driver_name_is_simd(driver);
	subject->internal = yt_driver_name_is_internal(driver);
	subject->deferred = yt_driver_name_is_deferred(driver);
	return subject;
}

void yt_subject_publish(void)
{
	/* Pairs with the acquire in yt_subjects_count(). */
	smp_store_release(&count, count + 1);
}

void yt_subjects_free(void)
{
	/* The transforms have been freed, and with them the last users. */
	yt_instances_exit();
	kvfree(subjects);
	subjects = NULL;
	count = 0;
}

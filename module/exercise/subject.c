// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/kmod.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/cpufeature.h>

#include "compat.h"
#include "exercise/subject.h"

/* Serialises searches; readers of found subjects need no lock. */
static DEFINE_MUTEX(search);
static struct ct_subject *subjects;
static unsigned int count;
static unsigned int defaults_changed;

/* What ESP can need; those that a kernel does not have are passed over. */
static const char *const modules[] = {
	"aesni-intel", "ghash-clmulni-intel",
	"sha1-ssse3", "sha256-ssse3", "sha512-ssse3",
	"aes_generic", "ghash-generic",
	"sha1_generic", "sha256_generic", "sha512_generic",
	"cbc", "ctr", "gcm", "hmac", "authenc", "seqiv", "echainiv",
};

unsigned int ct_subjects_count(void)
{
	/* Pairs with the release in publish(). */
	return smp_load_acquire(&count);
}

const struct ct_subject *ct_subject_get(unsigned int id)
{
	return id < ct_subjects_count() ? &subjects[id] : NULL;
}

unsigned int ct_subject_id(const struct ct_subject *subject)
{
	return subject - subjects;
}

const struct ct_subject *ct_subject_by_name(const char *driver)
{
	unsigned int i, n = ct_subjects_count();

	for (i = 0; i < n; i++)
		if (!strcmp(subjects[i].driver, driver))
			return &subjects[i];
	return NULL;
}

unsigned int ct_subjects_defaults_changed(void)
{
	return READ_ONCE(defaults_changed);
}

static u32 missing_features(u32 needs)
{
	u32 has = 0;

	if (boot_cpu_has(X86_FEATURE_AES))
		has |= BIT(CT_FEATURE_AES);
	if (boot_cpu_has(X86_FEATURE_PCLMULQDQ))
		has |= BIT(CT_FEATURE_PCLMUL);
	if (boot_cpu_has(X86_FEATURE_SSSE3))
		has |= BIT(CT_FEATURE_SSSE3);
	if (boot_cpu_has(X86_FEATURE_AVX))
		has |= BIT(CT_FEATURE_AVX);
	if (boot_cpu_has(X86_FEATURE_AVX2))
		has |= BIT(CT_FEATURE_AVX2);
	if (boot_cpu_has(X86_FEATURE_VAES))
		has |= BIT(CT_FEATURE_VAES);
	if (boot_cpu_has(X86_FEATURE_VPCLMULQDQ))
		has |= BIT(CT_FEATURE_VPCLMUL);
	if (boot_cpu_has(X86_FEATURE_AVX512VL))
		has |= BIT(CT_FEATURE_AVX512);
	if (boot_cpu_has(X86_FEATURE_SHA_NI))
		has |= BIT(CT_FEATURE_SHA_NI);
	return needs & ~has;
}

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
	case -ENOMEM:
		strscpy(subject->reason, "not enough memory", CT_REASON_MAX);
		break;
	default:
		scnprintf(subject->reason, CT_REASON_MAX,
			  "it could not be allocated (error %d)", err);
		break;
	}
}

void ct_subject_set_broken(const struct ct_subject *subject, int err,
			   const char *what)
{
	struct ct_subject *broken = &subjects[subject - subjects];

	mutex_lock(&search);
	broken->broken = true;
	broken->err = err;
	scnprintf(broken->reason, CT_REASON_MAX, "%s (error %d)", what, err);
	mutex_unlock(&search);
}

static void take_alg(struct ct_subject *subject, const struct crypto_alg *alg)
{
	subject->priority = alg->cra_priority;
	subject->async = alg->cra_flags & CRYPTO_ALG_ASYNC;
	strscpy(subject->module, module_name(alg->cra_module), CT_MODULE_MAX);
	subject->present = true;
	subject->broken = false;
	subject->err = 0;
	subject->reason[0] = '\0';
}

/* A place for a driver that is not known yet; NULL when there is no more. */
static struct ct_subject *append(const struct ct_algorithm *alg,
				 const char *driver)
{
	struct ct_subject *subject;

	if (count == CT_SUBJECTS_MAX) {
		pr_warn_once("more than %u drivers: the rest is left out\n",
			     CT_SUBJECTS_MAX);
		return NULL;
	}
	subject = &subjects[count];
	memset(subject, 0, sizeof(*subject));
	subject->alg = alg;
	strscpy(subject->driver, driver, CT_NAME_MAX);
	subject->simd = ct_driver_name_is_simd(driver);
	return subject;
}

/* Make the subject that append() returned visible. */
static void publish(void)
{
	/* Pairs with the acquire in ct_subjects_count(). */
	smp_store_release(&count, count + 1);
}

/**
 * struct handle - a transform, whatever its type
 * @aead: or NULL
 * @skcipher: or NULL
 */
struct handle {
	struct crypto_aead *aead;
	struct crypto_skcipher *skcipher;
};

static int handle_open(struct handle *handle, const struct ct_algorithm *alg,
		       const char *name)
{
	memset(handle, 0, sizeof(*handle));
	/* No type and no mask: CRYPTO_ALG_ASYNC there would hide drivers. */
	if (ct_algorithm_is_aead(alg)) {
		handle->aead = crypto_alloc_aead(name, 0, 0);
		return PTR_ERR_OR_ZERO(handle->aead);
	}
	handle->skcipher = crypto_alloc_skcipher(name, 0, 0);
	return PTR_ERR_OR_ZERO(handle->skcipher);
}

static const struct crypto_alg *handle_alg(const struct handle *handle)
{
	if (handle->aead)
		return crypto_aead_tfm(handle->aead)->__crt_alg;
	return crypto_skcipher_tfm(handle->skcipher)->__crt_alg;
}

static void handle_close(struct handle *handle)
{
	crypto_free_aead(handle->aead);
	crypto_free_skcipher(handle->skcipher);
}

static void find_candidate(const struct ct_algorithm *alg,
			   const struct ct_candidate *candidate)
{
	u32 missing = missing_features(candidate->needs);
	struct ct_subject *subject;
	struct handle handle;
	int err;

	if (ct_subject_by_name(candidate->name))
		return;
	subject = append(alg, candidate->name);
	if (!subject)
		return;
	if (missing) {
		say_missing(subject, missing);
		publish();
		return;
	}
	err = handle_open(&handle, alg, candidate->name);
	if (err) {
		say_error(subject, err);
		publish();
		return;
	}
	if (strcmp(handle_alg(&handle)->cra_driver_name, candidate->name)) {
		subject->err = -ENOENT;
		scnprintf(subject->reason, CT_REASON_MAX,
			  "asking for it gives another driver");
	} else {
		take_alg(subject, handle_alg(&handle));
	}
	publish();
	handle_close(&handle);
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
			if (!subject->present && !subject->broken)
				take_alg(subject, q);
			continue;
		}
		subject = append(alg, q->cra_driver_name);
		if (!subject)
			break;
		take_alg(subject, q);
		publish();
	}
	up_read(&crypto_alg_sem);
}

static int default_driver(const struct ct_algorithm *alg,
			  char name[CT_NAME_MAX])
{
	struct handle handle;
	int err = handle_open(&handle, alg, alg->name);

	name[0] = '\0';
	if (err)
		return err;
	strscpy(name, handle_alg(&handle)->cra_driver_name, CT_NAME_MAX);
	handle_close(&handle);
	return 0;
}

static void mark_default(const struct ct_algorithm *alg, const char *driver)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (subjects[i].alg == alg)
			subjects[i].is_default =
				!strcmp(subjects[i].driver, driver);
}

static void find(const struct ct_algorithm *alg)
{
	const struct ct_candidate *candidate;

	for (candidate = alg->candidates; candidate->name; candidate++) {
		if (fatal_signal_pending(current))
			return;
		find_candidate(alg, candidate);
		cond_resched();
	}
	find_registered(alg);
}

/* Searching must leave the host's choices as they were. */
static void check_default(const struct ct_algorithm *alg, const char *before)
{
	char after[CT_NAME_MAX];

	default_driver(alg, after);
	mark_default(alg, after);
	if (!strcmp(before, after))
		return;
	WRITE_ONCE(defaults_changed, defaults_changed + 1);
	pr_warn("the default driver of %s was %s and is %s now\n", alg->name,
		before[0] ? before : "(none)", after);
}

int ct_subjects_find(void)
{
	char (*before)[CT_NAME_MAX];
	static bool loaded;
	unsigned int i;
	int err = 0;

	before = kcalloc(CT_ALGORITHMS, sizeof(*before), GFP_KERNEL);
	if (!before)
		return -ENOMEM;

	mutex_lock(&search);
	if (!subjects) {
		subjects = kvcalloc(CT_SUBJECTS_MAX, sizeof(*subjects),
				    GFP_KERNEL);
		if (!subjects) {
			err = -ENOMEM;
			goto unlock;
		}
	}
	if (!loaded) {
		for (i = 0; i < ARRAY_SIZE(modules); i++)
			request_module("%s", modules[i]);
		loaded = true;
	}
	/*
	 * All defaults first: were a weaker instance registered before one,
	 * then the next who asks for the algorithm would get that.
	 */
	for (i = 0; i < CT_ALGORITHMS; i++)
		default_driver(&ct_algorithms[i], before[i]);
	for (i = 0; i < CT_ALGORITHMS; i++)
		find(&ct_algorithms[i]);
	for (i = 0; i < CT_ALGORITHMS; i++)
		check_default(&ct_algorithms[i], before[i]);
	if (fatal_signal_pending(current))
		err = -EINTR;
unlock:
	mutex_unlock(&search);
	kfree(before);
	return err;
}

void ct_subjects_free(void)
{
	kvfree(subjects);
	subjects = NULL;
	count = 0;
}

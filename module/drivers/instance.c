// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/algapi.h>
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <uapi/linux/cryptorture.h>

#include "compat.h"
#include "drivers/instance.h"
#include "packet/algorithm.h"

/* Distinct names; the lists of candidates have less than half of that. */
#define INSTANCES_MAX	256

/* aes-generic and its like have 100. */
#define QUIETEST_FIRST	99

/**
 * struct instance - an instance of this module
 * @at: its address at registration; may be freed, so never dereferenced
 * @driver: its name
 * @natural: the priority that its template gave it
 * @priority: the one that this module gave it
 */
struct instance {
	const struct crypto_alg *at;
	char driver[CRYPTORTURE_NAME_MAX];
	int natural;
	int priority;
};

/* Raw, for a probe's handler may not sleep on any kernel. */
static DEFINE_RAW_SPINLOCK(lock);
static LIST_HEAD(scopes);
static struct instance *instances;
static unsigned int count;
static int quietest = QUIETEST_FIRST;
static bool overflow;

static struct instance *find(const char *driver)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(instances[i].driver, driver))
			return &instances[i];
	return NULL;
}

/*
 * Is it the known one? Memory is reused, so another instance of that name that
 * was made since may have the same address, but not the lower priority.
 */
static bool is_it(const struct instance *own, const struct crypto_alg *alg)
{
	return own->at == alg && own->priority == alg->cra_priority &&
	       !strcmp(own->driver, alg->cra_driver_name);
}

#ifdef CONFIG_KPROBES

/* Is @part the whole name, or one of the drivers in its parentheses? */
static bool is_part(const char *name, const char *part)
{
	size_t len = strlen(part);
	const char *at = name;

	while (len && (at = strstr(at, part))) {
		if ((at == name || at[-1] == '(' || at[-1] == ',') &&
		    (!at[len] || at[len] == ')' || at[len] == ','))
			return true;
		at++;
	}
	return false;
}

/* The same of X or, since 6.7 makes cbc(X) from ecb(X), of what is in ecb(). */
static bool is_part_or_ecb(const char *name, const char *part)
{
	char within[CRYPTO_MAX_ALG_NAME];
	size_t len = strlen(part);

	if (is_part(name, part))
		return true;
	if (len < sizeof("ecb()") || !strstarts(part, "ecb("))
		return false;
	strscpy(within, part + strlen("ecb("), sizeof(within));
	within[len - sizeof("ecb()") + 1] = '\0';
	return is_part(name, within);
}

static bool fits(const struct yt_instance_scope *scope,
		 const struct crypto_alg *alg)
{
	unsigned int i;

	if (scope->name)
		return is_part_or_ecb(scope->name, alg->cra_driver_name);
	/* A default's parts are not in its name, but in some algorithm's. */
	for (i = 0; i < YT_ALGORITHMS; i++)
		if (is_part_or_ecb(yt_algorithms[i].name, alg->cra_name))
			return true;
	return false;
}

/* The newer the quieter: else it would take away what stands on its elders. */
static int next_priority(void)
{
	return quietest > 0 ? quietest-- : 0;
}

/*
 * The priority by its template's formula, with the natural priorities of the drivers
 * that it is made of. (authenc counts its cipher ten times, GCM takes the mean,
 * all others add something to the priority of the only one.)
 */
static int natural_priority(const struct crypto_instance *instance)
{
	const struct crypto_alg *alg = &instance->alg;
	const struct crypto_spawn *spawn;
	int lost = 0;

	for (spawn = instance->spawns; spawn; spawn = spawn->next) {
		const struct instance *own = find(spawn->alg->cra_driver_name);
		int weight = 1;

		if (!own || !is_it(own, spawn->alg))
			continue;
		if (strstarts(alg->cra_driver_name, "authenc(") &&
		    !strstarts(spawn->alg->cra_name, "hmac("))
			weight = 10;
		lost += weight * (own->natural - own->priority);
	}
	if (strstarts(alg->cra_driver_name, "gcm_base("))
		lost = DIV_ROUND_UP(lost, 2);
	return alg->cra_priority + lost;
}

static void adopt(struct crypto_instance *instance, bool quiet)
{
	struct crypto_alg *alg = &instance->alg;
	struct instance *own = find(alg->cra_driver_name);

	if (!own) {
		if (count == INSTANCES_MAX) {
			overflow = true;
			if (quiet)
				alg->cra_priority = 0;
			return;
		}
		own = &instances[count++];
		strscpy(own->driver, alg->cra_driver_name, CRYPTORTURE_NAME_MAX);
		own->priority = quiet ? min(next_priority(), alg->cra_priority) :
					alg->cra_priority;
	} else if (!quiet) {
		own->priority = alg->cra_priority;
	}
	own->at = alg;
	own->natural = natural_priority(instance);
	alg->cra_priority = own->priority;
}

static bool registered;
static atomic_t proofs = ATOMIC_INIT(0);

/* Without a name, so registering it is refused at once. */
static struct crypto_instance nobody;

/*
 * A notifier of crypto_register_notifier() would be called too late: the
 * instance is in the list by then, and so is the "larval" of its test, which
 * has the same priority; up to 6.1 other users may see both before; and it
 * would not be called at all for instances that are not tested.
 */
static int before_registration(struct kprobe *probe, struct pt_regs *regs)
{
	struct crypto_instance *instance =
		(struct crypto_instance *)regs_get_kernel_argument(regs, 1);
	struct yt_instance_scope *scope;
	unsigned long flags;

	if (instance == &nobody) {
		atomic_inc(&proofs);
		return 0;
	}
	/*
	 * Where a probe is a breakpoint, lockdep takes this for an NMI, in which a
	 * lock may only be tried. But the probe is only in that function,
	 * which is never called with the lock held.
	 */
	while (!raw_spin_trylock_irqsave(&lock, flags))
		cpu_relax();
	list_for_each_entry(scope, &scopes, list)
		if (fits(scope, &instance->alg)) {
			adopt(instance, scope->name);
			break;
		}
	raw_spin_unlock_irqrestore(&lock, flags);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "crypto_register_instance",
	.pre_handler = before_registration,
};

static int watch(void)
{
	int err;

	if (registered)
		return 0;
	/* So that it can be registered again after its removal. */
	probe.addr = NULL;
	probe.flags = 0;
	err = register_kprobe(&probe);
	registered = !err;
	return err ? -EOPNOTSUPP : 0;
}

static void unwatch(void)
{
	if (registered)
		unregister_kprobe(&probe);
	registered = false;
}

/* Kprobes can be disabled at any time: try it. */
static bool is_watching(void)
{
	int before = atomic_read(&proofs);

	return registered && crypto_register_instance(NULL, &nobody) &&
	       atomic_read(&proofs) != before;
}

#else

static int watch(void)
{
	return -EOPNOTSUPP;
}

static void unwatch(void)
{
}

static bool is_watching(void)
{
	return false;
}

#endif /* CONFIG_KPROBES */

int yt_instances_init(void)
{
	if (!instances)
		instances = kvcalloc(INSTANCES_MAX, sizeof(*instances),
				     GFP_KERNEL);
	return instances ? watch() : -ENOMEM;
}

bool yt_instance_begin(struct yt_instance_scope *scope, const char *name)
{
	scope->name = name;
	raw_spin_lock_irq(&lock);
	list_add_tail(&scope->list, &scopes);
	raw_spin_unlock_irq(&lock);
	return is_watching();
}

void yt_instance_end(struct yt_instance_scope *scope)
{
	raw_spin_lock_irq(&lock);
	list_del(&scope->list);
	raw_spin_unlock_irq(&lock);
	if (READ_ONCE(overflow))
		pr_warn_once("more than %u template instances: the rest will stay registered\n",
			     INSTANCES_MAX);
}

bool yt_instance_is_name(const char *driver)
{
	return strchr(driver, '(');
}

bool yt_instance_exists(const char *driver)
{
	struct crypto_alg *q;
	bool found = false;

	down_read(&crypto_alg_sem);
	list_for_each_entry(q, &crypto_alg_list, cra_list)
		if (!(q->cra_flags & (CRYPTO_ALG_LARVAL | CRYPTO_ALG_DYING |
				      CRYPTO_ALG_DEAD)) &&
		    !strcmp(q->cra_driver_name, driver)) {
			found = true;
			break;
		}
	up_read(&crypto_alg_sem);
	return found;
}

int yt_instance_priority(const struct crypto_alg *alg)
{
	int priority = alg->cra_priority;
	struct instance *own;

	raw_spin_lock_irq(&lock);
	own = find(alg->cra_driver_name);
	if (own && is_it(own, alg))
		priority = own->natural;
	raw_spin_unlock_irq(&lock);
	return priority;
}

/* With a reference, if it is still the known one. */
static struct crypto_instance *get(const struct instance *own)
{
	struct crypto_instance *instance = NULL;
	struct crypto_alg *q;

	down_read(&crypto_alg_sem);
	list_for_each_entry(q, &crypto_alg_list, cra_list) {
		if (q != own->at)
			continue;
		if (q->cra_flags & CRYPTO_ALG_INSTANCE &&
		    !(q->cra_flags & (CRYPTO_ALG_LARVAL | CRYPTO_ALG_DEAD)) &&
		    is_it(own, q) && crypto_mod_get(q))
			instance = container_of(q, struct crypto_instance, alg);
		break;
	}
	up_read(&crypto_alg_sem);
	return instance;
}

void yt_instances_exit(void)
{
	unwatch();
	while (count) {
		struct crypto_instance *instance = get(&instances[--count]);

		if (!instance)
			continue;
		crypto_unregister_instance(instance);
		crypto_mod_put(&instance->alg);
	}
	kvfree(instances);
	instances = NULL;
	quietest = QUIETEST_FIRST;
	overflow = false;
}

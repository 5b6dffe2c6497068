/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Template instances that the search for drivers causes: of lowest priority while they
 * exist, and removed with the module.
 *
 * An instance, such as pcrypt(rfc4106-gcm-aesni), belongs to the whole kernel
 * once it is registered. A lookup of the algorithm by name returns the driver
 * of the highest priority, the newest one of equals; and one that is as good as
 * another removes the instances that are made of the other. So each instance
 * of this module gets a priority below all others, and below those of its
 * predecessors, before the crypto API sees it: before its test too, during which a user
 * could already get it.
 */
#ifndef CRYPTORTURE_DRIVERS_INSTANCE_H
#define CRYPTORTURE_DRIVERS_INSTANCE_H

#include <linux/crypto.h>
#include <linux/list.h>
#include <linux/types.h>

/**
 * struct yt_instance_scope - what is being made
 * @list: with the others
 * @name: a driver name: instances of that name, and of any part of it, are
 *	  given the lowest priority. NULL: those of tested algorithms are unchanged
 *
 * Instances that are registered within a scope, and that fit it, belong to this module.
 * If another user requests the same driver meanwhile, it gets the same
 * instance, for the kernel makes only one, and may use it as
 * long as it likes. Only its priority is lower, and after the removal
 * the next request by that name makes a new one.
 * A request by an algorithm's name, such as pcrypt(rfc4106(gcm(aes))), makes an instance
 * in place of this module's, with its natural priority: that one is not touched.
 */
struct yt_instance_scope {
	struct list_head list;
	const char *name;
};

/**
 * yt_instances_init() - begin to watch registrations
 *
 * Process context; may sleep; not to be called twice at a time. Harmless when
 * it is done already.
 *
 * Return: 0; -EOPNOTSUPP where the kernel offers no way to; -ENOMEM.
 */
int yt_instances_init(void);

/**
 * yt_instances_exit() - remove all of this module, the newest first
 *
 * Users of one keep their transforms. Instances that were removed or made again by
 * others are left alone. Process context; may sleep. No scope may be open.
 */
void yt_instances_exit(void);

/**
 * yt_instance_begin() - open a scope
 * @scope: it; the caller's until yt_instance_end()
 * @name: see struct yt_instance_scope
 *
 * Process context; may sleep. No task in a scope may be interrupted by a signal:
 * the kernel's threads would go on making the instance behind its end.
 *
 * Return: whether registrations are really seen. If not, then nothing may be
 * made by @name. The scope is open in any case.
 */
bool yt_instance_begin(struct yt_instance_scope *scope, const char *name);
void yt_instance_end(struct yt_instance_scope *scope);

/* Is this the name of an instance? */
bool yt_instance_is_name(const char *driver);

/* Is this driver registered? Process context; may sleep. */
bool yt_instance_exists(const char *driver);

/*
 * The priority that this algorithm has or, if it is an instance of this module, had
 * before it was lowered. Under crypto_alg_sem, or with a reference.
 */
int yt_instance_priority(const struct crypto_alg *alg);

#endif /* CRYPTORTURE_DRIVERS_INSTANCE_H */

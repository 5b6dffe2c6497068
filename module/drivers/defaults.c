// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/string.h>

#include "drivers/defaults.h"
#include "drivers/handle.h"
#include "drivers/instance.h"

/*
 * The driver that the kernel picks, "" where there is none. The host would make the same
 * one, so an instance keeps its natural priority.
 */
static void default_driver(char driver[CRYPTORTURE_NAME_MAX],
			   const struct yt_algorithm *alg, u32 mask)
{
	struct yt_instance_scope scope;
	struct yt_handle handle;
	int err;

	yt_instance_begin(&scope, NULL);
	err = yt_handle_open(&handle, alg, alg->name, 0, mask);
	yt_instance_end(&scope);
	driver[0] = '\0';
	if (err)
		return;
	strscpy(driver, yt_handle_alg(&handle)->cra_driver_name, CRYPTORTURE_NAME_MAX);
	yt_handle_close(&handle);
}

/* Only ESP uses generators of IVs and authencesn, and it accepts asynchronous drivers. */
static bool has_sync_users(const struct yt_algorithm *alg)
{
	return !yt_algorithm_makes_iv(alg) && !alg->esn_behind;
}

int yt_defaults_find(struct yt_defaults *defaults, struct yt_steps *steps)
{
	unsigned int i;

	for (i = 0; i < YT_ALGORITHMS; i++) {
		const struct yt_algorithm *alg = &yt_algorithms[i];

		if (yt_steps_cancelled(steps))
			return -ECANCELED;
		yt_steps_next(steps, alg->name);
		default_driver(defaults->any[i], alg, 0);
		if (has_sync_users(alg))
			default_driver(defaults->sync[i], alg,
				       CRYPTO_ALG_ASYNC);
	}
	return 0;
}

/* A search must not change the host's defaults. */
static void compare(const struct yt_algorithm *alg, const char *kind,
		    const char *before, const char *after)
{
	if (!strcmp(before, after))
		return;
	yt_drivers_add_defaults_changed();
	pr_warn("the %sdefault driver of %s was %s and is %s now\n", kind,
		alg->name, before[0] ? before : "(none)",
		after[0] ? after : "(none)");
}

void yt_defaults_check(const struct yt_defaults *before)
{
	char after[CRYPTORTURE_NAME_MAX];
	unsigned int i;

	for (i = 0; i < YT_ALGORITHMS; i++) {
		const struct yt_algorithm *alg = &yt_algorithms[i];

		default_driver(after, alg, 0);
		yt_drivers_set_default(alg, after);
		compare(alg, "", before->any[i], after);
		if (!has_sync_users(alg))
			continue;
		default_driver(after, alg, CRYPTO_ALG_ASYNC);
		compare(alg, "synchronous ", before->sync[i], after);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/kmod.h>
#include <linux/string.h>
#include <uapi/linux/cryptorture.h>

#include "drivers/base_driver.h"
#include "drivers/instance.h"

/* Further base drivers are only requested again. */
#define ASKED_MAX	24

static char asked[ASKED_MAX][CRYPTORTURE_NAME_MAX];
static unsigned int asked_count;

static bool was_asked(const char *base)
{
	unsigned int i;

	for (i = 0; i < asked_count; i++)
		if (!strcmp(asked[i], base))
			return true;
	return false;
}

static bool base_exists(const char *base)
{
	/* Newer kernels have no driver of that name: gcm_base() itself has the code. */
	if (!strcmp(base, "ghash-lib") || yt_instance_exists(base))
		return true;
	if (was_asked(base))
		return false;
	if (asked_count < ASKED_MAX)
		strscpy(asked[asked_count++], base, CRYPTORTURE_NAME_MAX);
	request_module("crypto-%s", base);
	return yt_instance_exists(base);
}

bool yt_base_drivers_exist(const char *driver)
{
	char base[CRYPTORTURE_NAME_MAX];
	size_t len;

	while (*driver) {
		len = strcspn(driver, "(),");
		/* What is before a parenthesis is a template. */
		if (len && driver[len] != '(') {
			strscpy(base, driver, min(len + 1, sizeof(base)));
			if (!base_exists(base))
				return false;
		}
		driver += len;
		driver += strspn(driver, "(),");
	}
	return true;
}

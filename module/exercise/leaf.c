// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/kmod.h>
#include <linux/string.h>
#include <uapi/linux/cryptorture.h>

#include "exercise/instance.h"
#include "exercise/leaf.h"

/* Further leaves are only requested again. */
#define ASKED_MAX	24

static char asked[ASKED_MAX][CT_NAME_MAX];
static unsigned int asked_count;

static bool was_asked(const char *leaf)
{
	unsigned int i;

	for (i = 0; i < asked_count; i++)
		if (!strcmp(asked[i], leaf))
			return true;
	return false;
}

static bool leaf_exists(const char *leaf)
{
	/* Newer kernels have no driver of that name: gcm_base() itself has the code. */
	if (!strcmp(leaf, "ghash-lib") || yt_instance_exists(leaf))
		return true;
	if (was_asked(leaf))
		return false;
	if (asked_count < ASKED_MAX)
		strscpy(asked[asked_count++], leaf, CT_NAME_MAX);
	request_module("crypto-%s", leaf);
	return yt_instance_exists(leaf);
}

bool yt_leaves_exist(const char *driver)
{
	char leaf[CT_NAME_MAX];
	size_t len;

	while (*driver) {
		len = strcspn(driver, "(),");
		/* What is before a parenthesis is a template. */
		if (len && driver[len] != '(') {
			strscpy(leaf, driver, min(len + 1, sizeof(leaf)));
			if (!leaf_exists(leaf))
				return false;
		}
		driver += len;
		driver += strspn(driver, "(),");
	}
	return true;
}

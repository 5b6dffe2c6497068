// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/printk.h>

#include "cpu/abandon.h"

bool yt_abandon(void)
{
	/* During init a reference would not keep the module if init fails. */
	if (READ_ONCE(THIS_MODULE->state) != MODULE_STATE_LIVE ||
	    !try_module_get(THIS_MODULE)) {
		pr_err("a driver has not completed a request: unloading waits for it\n");
		return false;
	}
	pr_err("a driver has not completed a request: its memory stays allocated, and this module stays loaded\n");
	return true;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * cryptorture: does this machine's kernel crypto corrupt data, how often, on
 * which CPU, and where exactly?
 */
#include <linux/module.h>

#include "control/calls.h"
#include "control/job.h"
#include "control/parameters.h"
#include "control/run.h"
#include "drivers/driver.h"
#include "netlink/commands.h"
#include "reference/kat.h"

static int __init cryptorture_init(void)
{
	const char *failed;
	int err;

	err = yt_reference_check(&failed);
	if (err) {
		pr_err("the reference gave a wrong answer: %s: this CPU or this build cannot be trusted; not loading\n",
		       failed);
		return err;
	}
	err = yt_parameters_take();
	if (err)
		return err;
	err = yt_run_init();
	if (err)
		return err;
	err = yt_jobs_init();
	if (err)
		goto exit_run;
	err = yt_netlink_init();
	if (err)
		goto exit_jobs;
	err = yt_calls_init();
	if (err)
		goto exit_netlink;
	err = yt_parameters_start();
	if (err)
		goto exit_calls;
	return 0;

exit_calls:
	yt_run_close();
	yt_calls_exit();
exit_netlink:
	yt_netlink_exit();
exit_jobs:
	yt_jobs_exit();
exit_run:
	yt_run_exit();
	yt_drivers_free();
	return err;
}

static void __exit cryptorture_exit(void)
{
	yt_run_close();
	yt_calls_exit();
	yt_netlink_exit();
	yt_jobs_exit();
	yt_run_exit();
	yt_drivers_free();
}

module_init(cryptorture_init);
module_exit(cryptorture_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The cryptorture developers");
MODULE_DESCRIPTION("Finds out whether the kernel's crypto corrupts data");
MODULE_VERSION(YT_VERSION);

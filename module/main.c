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
#include "exercise/subject.h"
#include "netlink/family.h"
#include "reference/kat.h"

static int __init cryptorture_init(void)
{
	const char *failed;
	int err;

	err = ct_reference_check(&failed);
	if (err) {
		pr_err("the reference gave a wrong answer: %s: this CPU or this build cannot be trusted; not loading\n",
		       failed);
		return err;
	}
	err = ct_parameters_take();
	if (err)
		return err;
	err = ct_run_init();
	if (err)
		return err;
	err = ct_jobs_init();
	if (err)
		goto exit_run;
	err = ct_netlink_init();
	if (err)
		goto exit_jobs;
	err = ct_calls_init();
	if (err)
		goto exit_netlink;
	err = ct_parameters_start();
	if (err)
		goto exit_calls;
	return 0;

exit_calls:
	ct_run_close();
	ct_calls_exit();
exit_netlink:
	ct_netlink_exit();
exit_jobs:
	ct_jobs_exit();
exit_run:
	ct_run_exit();
	ct_subjects_free();
	return err;
}

static void __exit cryptorture_exit(void)
{
	ct_run_close();
	ct_calls_exit();
	ct_netlink_exit();
	ct_jobs_exit();
	ct_run_exit();
	ct_subjects_free();
}

module_init(cryptorture_init);
module_exit(cryptorture_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The cryptorture developers");
MODULE_DESCRIPTION("Finds out whether the kernel's crypto corrupts data");
MODULE_VERSION(CT_VERSION);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * cryptorture_busted: broken on purpose, so that the detector is seen to
 * detect. For throw-away machines only; never installed.
 */
#include <linux/module.h>

#include "aim.h"
#include "fault.h"
#include "wrapper.h"

static bool expendable;
module_param(expendable, bool, 0444);
MODULE_PARM_DESC(expendable,
		 "set to 1 on throw-away machines: this one and all data on it may be lost; default 0: refuse to load");

static char *fault;
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault,
		 "what is broken, by a name that the kernel log lists when it is wrong, such as fault=list; default: nothing");

static uint rate;
module_param(rate, uint, 0444);
MODULE_PARM_DESC(rate,
		 "how often, in the fault's unit: 1 to 10000 Hz on each CPU, or one in 1 to 1000000000; default 0: the fault's own");

static char *cpu;
module_param(cpu, charp, 0444);
MODULE_PARM_DESC(cpu, "the CPUs that are hit, a list such as 0,2-3; default: all");

static char *registers;
module_param(registers, charp, 0444);
MODULE_PARM_DESC(registers,
		 "for fault=fpu-user-clobber-irq: change xmm3 of user threads to their own xmm7 (own), to xmm5 of another thread (foreign), or to 0 (zero), or what it names to its initial value: mxcsr, x87, k3, zmm3 (upper half), zmm17; default: do AES-NI work");

static char *program = "cryptorture-ex";
module_param(program, charp, 0444);
MODULE_PARM_DESC(program,
		 "the processes whose threads' registers are hit, by name, 15 bytes at most; default cryptorture-ex, the exercisers");

static int set_priority(const char *value, const struct kernel_param *param)
{
	unsigned int number;

	if (kstrtouint(value, 0, &number) || !number ||
	    number > YT_BUSTED_PRIORITY_MAX) {
		pr_err("priority=%s is out of bounds: 1 to %u\n", value,
		       YT_BUSTED_PRIORITY_MAX);
		return -EINVAL;
	}
	*(unsigned int *)param->arg = number;
	return 0;
}

static const struct kernel_param_ops priority_ops = {
	.set = set_priority,
	.get = param_get_uint,
};

uint yt_busted_priority = 1;
module_param_cb(priority, &priority_ops, &yt_busted_priority, 0444);
MODULE_PARM_DESC(priority,
		 "of the drivers of this module, 1 to 10000: above the kernel's own, all users get them; default 1: only requests by driver name");

char *yt_busted_inner[YT_BUSTED_KINDS] = {
	[YT_BUSTED_CBC] = "cbc-aes-aesni",
	[YT_BUSTED_CTR] = "ctr-aes-aesni",
	[YT_BUSTED_GCM] = "rfc4106-gcm-aesni",
	/* Its name hangs on the kernel and the CPU: the one that is in use here. */
	[YT_BUSTED_ESN] = "authencesn(hmac(sha1),cbc(aes))",
};

module_param_named(inner_cbc, yt_busted_inner[YT_BUSTED_CBC], charp, 0444);
MODULE_PARM_DESC(inner_cbc,
		 "the driver that busted-cbc-aes hands its work to, by driver name; default cbc-aes-aesni");
module_param_named(inner_ctr, yt_busted_inner[YT_BUSTED_CTR], charp, 0444);
MODULE_PARM_DESC(inner_ctr,
		 "likewise busted-ctr-aes; default ctr-aes-aesni");
module_param_named(inner_gcm, yt_busted_inner[YT_BUSTED_GCM], charp, 0444);
MODULE_PARM_DESC(inner_gcm,
		 "likewise busted-rfc4106-gcm; default rfc4106-gcm-aesni");

module_param_named(inner_esn, yt_busted_inner[YT_BUSTED_ESN], charp, 0444);
MODULE_PARM_DESC(inner_esn,
		 "likewise busted-authencesn, or the name of the algorithm; default authencesn(hmac(sha1),cbc(aes))");

static int refuse(const char *value, const struct kernel_param *param)
{
	pr_err("%s can only be read\n", param->name);
	return -EPERM;
}

static int show_done(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%llu\n", yt_busted_aim_count_done());
}

static int show_seen(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%llu\n", yt_busted_aim_count_seen());
}

static const struct kernel_param_ops done_ops = {
	.set = refuse,
	.get = show_done,
};

static const struct kernel_param_ops seen_ops = {
	.set = refuse,
	.get = show_seen,
};

module_param_cb(done, &done_ops, NULL, 0444);
MODULE_PARM_DESC(done, "only to be read: how often damage was done; from 0");
module_param_cb(seen, &seen_ops, NULL, 0444);
MODULE_PARM_DESC(seen,
		 "only to be read: how often it could have been, on the CPUs that are hit; from 0");

static const struct yt_busted_fault *on;

/* What the parameters say, or NULL with @err set; 0 there: nothing. */
static const struct yt_busted_fault *chosen(int *err)
{
	const struct yt_busted_fault *found;

	*err = -EINVAL;
	if (!fault) {
		if (registers)
			pr_err("registers= is for fault=fpu-user-clobber-irq\n");
		else
			*err = 0;
		return NULL;
	}
	found = yt_busted_fault_find(fault);
	if (!found) {
		pr_err("there is no fault \"%s\"\n", fault);
		yt_busted_fault_list();
		return NULL;
	}
	if (rate > found->rate_max) {
		pr_err("rate=%u is out of bounds: 1 to %u, %s\n", rate,
		       found->rate_max, found->unit);
		return NULL;
	}
	if (registers && strcmp(fault, "fpu-user-clobber-irq")) {
		pr_err("registers= is for fault=fpu-user-clobber-irq\n");
		return NULL;
	}
	if (registers && yt_busted_fault_set_registers(registers)) {
		pr_err("registers=%s is unknown: own, foreign, zero, mxcsr, x87, k3, zmm3 or zmm17\n",
		       registers);
		return NULL;
	}
	rate = rate ? rate : found->rate;
	if (yt_busted_aim_set(cpu, rate, program)) {
		pr_err("cpu=%s names no CPU that is online\n", cpu);
		return NULL;
	}
	*err = 0;
	return found;
}

static int __init busted_init(void)
{
	const struct yt_busted_fault *found;
	int err;

	if (!expendable) {
		pr_err("refusing to load: this module breaks things on purpose; for throw-away machines: expendable=1\n");
		return -EPERM;
	}
	found = chosen(&err);
	if (!found)
		return err;
	err = found->start(found);
	if (err) {
		pr_err("fault %s cannot be made here (error %d)\n",
		       found->name, err);
		return err;
	}
	on = found;
	pr_info("%s: %s (%s, %u)\n", on->name, on->does, on->unit, rate);
	return 0;
}

static void __exit busted_exit(void)
{
	if (!on)
		return;
	on->stop();
	pr_info("%s: done %llu times\n", on->name, yt_busted_aim_count_done());
}

module_init(busted_init);
module_exit(busted_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The cryptorture developers");
MODULE_DESCRIPTION("Broken on purpose, for tests of cryptorture");
MODULE_VERSION(YT_VERSION);

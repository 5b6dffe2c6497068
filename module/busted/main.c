// SPDX-License-Identifier: GPL-2.0-only
/*
 * cryptorture_busted: broken on purpose, so that the detector is seen to
 * detect. For throw-away machines only; never installed.
 */
#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "busted/registers.h"

static bool expendable;
module_param(expendable, bool, 0444);
MODULE_PARM_DESC(expendable,
		 "set to 1 to say that this machine and all data on it may be lost; default 0: refuse to load");

static char *registers;
module_param(registers, charp, 0444);
MODULE_PARM_DESC(registers,
		 "change xmm3 of user threads: to their own xmm7 (own), to xmm5 of another thread (foreign), or to 0 (zero); default: do not");

static uint hz = 50;
module_param(hz, uint, 0444);
MODULE_PARM_DESC(hz, "attempts a second on each CPU, 1 to 1000; default 50");

static char *program = "cryptorture";
module_param(program, charp, 0444);
MODULE_PARM_DESC(program,
		 "the processes whose threads are hit, by name; default cryptorture");

static const char *const values[CT_BUSTED_VALUES] = {
	[CT_BUSTED_OWN]		= "own",
	[CT_BUSTED_FOREIGN]	= "foreign",
	[CT_BUSTED_ZERO]	= "zero",
};

static int __init busted_init(void)
{
	int value;

	if (!expendable) {
		pr_err("refusing to load: this module breaks things on purpose; for a machine that may be lost, say expendable=1\n");
		return -EPERM;
	}
	if (hz < 1 || hz > 1000) {
		pr_err("hz=%u is out of bounds: 1 to 1000\n", hz);
		return -EINVAL;
	}
	if (!registers)
		return 0;
	value = match_string(values, CT_BUSTED_VALUES, registers);
	if (value < 0) {
		pr_err("registers=%s is unknown: own, foreign or zero\n",
		       registers);
		return -EINVAL;
	}
	pr_info("changing xmm3 of %s to %s\n", program, registers);
	return ct_busted_registers_start(value, hz, program);
}

static void __exit busted_exit(void)
{
	pr_info("changed %llu registers\n", ct_busted_registers_stop());
}

module_init(busted_init);
module_exit(busted_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The cryptorture developers");
MODULE_DESCRIPTION("Broken on purpose, for tests of cryptorture");
MODULE_VERSION(CT_VERSION);

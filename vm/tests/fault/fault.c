// SPDX-License-Identifier: GPL-2.0-only
/* Fails in the requested way, to test that vm/run detects it. */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

static char *how = "";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "warn, oops, softlockup, hungtask, call, text; anything else loads quietly");

static noinline long fault_other(const char *text)
{
	return !!text;
}

/* Not in fault_init(): calls of a module's init section are not checked. */
static noinline int fault_call(void)
{
	int (*call)(unsigned int) = (void *)fault_other;

	OPTIMIZER_HIDE_VAR(call);
	return call(1);
}

static int __init fault_init(void)
{
	unsigned long end = jiffies + 8 * HZ;

	if (!strcmp(how, "warn")) {
		WARN(1, "fault: asked to warn\n");
	} else if (!strcmp(how, "oops")) {
		int *nothing = NULL;

		OPTIMIZER_HIDE_VAR(nothing);
		*nothing = 1;
	} else if (!strcmp(how, "softlockup")) {
		preempt_disable();
		while (time_before(jiffies, end))
			cpu_relax();
		preempt_enable();
	} else if (!strcmp(how, "hungtask")) {
		schedule_timeout_uninterruptible(8 * HZ);
	} else if (!strcmp(how, "call")) {
		/* Nothing but kCFI minds. */
		fault_call();
	} else if (!strcmp(how, "text")) {
		/* Messages of modules may contain these words. */
		pr_info("fault: BUG: WARNING: Oops are words\n");
	}
	return 0;
}

static void __exit fault_exit(void)
{
}

module_init(fault_init);
module_exit(fault_exit);
MODULE_DESCRIPTION("Faults on request, for the tests of vm/run");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other users of generic netlink while cryptorture works. A family comes and
 * goes in a loop, as with modules that are loaded and unloaded: that takes genl's
 * cb_lock for writing, so a long reader delays all other users. Another
 * family has one command that does just that, to show that it is detected.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/version.h>
#include <net/genetlink.h>

#define TICK_NS		NSEC_PER_MSEC
#define STILL_NS	(2 * NSEC_PER_MSEC)

static unsigned int gap_us = 2000;
module_param(gap_us, uint, 0644);
MODULE_PARM_DESC(gap_us, "between two rounds of the family that comes and goes");

static unsigned int hold_ms = 200;
module_param(hold_ms, uint, 0644);
MODULE_PARM_DESC(hold_ms, "how long the command of the other family takes");

static unsigned long rounds;
module_param(rounds, ulong, 0444);
MODULE_PARM_DESC(rounds, "only to be read: how often it came and went");

static unsigned long longest_us;
module_param(longest_us, ulong, 0644);
MODULE_PARM_DESC(longest_us, "the longest time to register or unregister; write 0 to reset");

static int failure;
module_param(failure, int, 0444);
MODULE_PARM_DESC(failure, "only to be read: the last error of registering");

/*
 * In a virtual machine a CPU may stand still, because the host is busy.
 * Only then does it take no interrupt for so long, and delays of
 * others meanwhile do not count.
 */
struct tick {
	struct hrtimer timer;
	u64 still;
};

static DEFINE_PER_CPU(struct tick, ticks);

static enum hrtimer_restart on_tick(struct hrtimer *timer)
{
	struct tick *tick = container_of(timer, struct tick, timer);
	s64 late = ktime_to_ns(ktime_sub(ktime_get(), hrtimer_get_expires(timer)));

	if (late > STILL_NS)
		WRITE_ONCE(tick->still, tick->still + late);
	hrtimer_forward_now(timer, ns_to_ktime(TICK_NS));
	return HRTIMER_RESTART;
}

static void start_tick(void *unused)
{
	struct hrtimer *timer = this_cpu_ptr(&ticks.timer);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, on_tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer->function = on_tick;
#endif
	hrtimer_start(timer, ns_to_ktime(TICK_NS), HRTIMER_MODE_REL_PINNED_HARD);
}

static int still_get(char *buffer, const struct kernel_param *unused)
{
	unsigned int cpu;
	int len = 0;

	for_each_online_cpu(cpu)
		len += sysfs_emit_at(buffer, len, "%llu\n",
				     div_u64(READ_ONCE(per_cpu(ticks, cpu).still), NSEC_PER_USEC));
	return len;
}

static const struct kernel_param_ops still_ops = {
	.get = still_get,
};

module_param_cb(still_us, &still_ops, NULL, 0444);
MODULE_PARM_DESC(still_us, "only to be read: how long each CPU stood still, a line each");

static struct genl_family churned = {
	.name = "latency_churn",
	.version = 1,
	.module = THIS_MODULE,
};

static int hold(struct sk_buff *skb, struct genl_info *info)
{
	msleep(READ_ONCE(hold_ms));
	return 0;
}

static const struct genl_ops hold_commands[] = {
	{
		.cmd = 1,
		.flags = GENL_ADMIN_PERM,
		.doit = hold,
	},
};

static struct genl_family holder = {
	.name = "latency_hold",
	.version = 1,
	.module = THIS_MODULE,
	.ops = hold_commands,
	.n_ops = ARRAY_SIZE(hold_commands),
	.parallel_ops = true,
};

static void took(ktime_t since)
{
	unsigned long us = ktime_us_delta(ktime_get(), since);

	if (us > READ_ONCE(longest_us))
		WRITE_ONCE(longest_us, us);
}

static int churn(void *unused)
{
	/* Who has the lock must not wait for a CPU that a run has at full load. */
	sched_set_fifo(current);
	while (!kthread_should_stop()) {
		ktime_t since = ktime_get();
		int err = genl_register_family(&churned);

		took(since);
		if (err) {
			WRITE_ONCE(failure, err);
		} else {
			since = ktime_get();
			genl_unregister_family(&churned);
			took(since);
			WRITE_ONCE(rounds, rounds + 1);
		}
		usleep_range(gap_us, gap_us + gap_us / 4 + 1);
	}
	return 0;
}

static struct task_struct *thread;

static int __init latency_init(void)
{
	int err = genl_register_family(&holder);

	if (err)
		return err;
	thread = kthread_run(churn, NULL, "latency_churn");
	if (IS_ERR(thread)) {
		genl_unregister_family(&holder);
		return PTR_ERR(thread);
	}
	on_each_cpu(start_tick, NULL, 1);
	return 0;
}

static void __exit latency_exit(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		hrtimer_cancel(&per_cpu(ticks, cpu).timer);
	kthread_stop(thread);
	genl_unregister_family(&holder);
}

module_init(latency_init);
module_exit(latency_exit);
MODULE_DESCRIPTION("A generic netlink family that comes and goes, for the tests of cryptorture");
MODULE_LICENSE("GPL");

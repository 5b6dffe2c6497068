// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/nmi.h>

#include "aim.h"
#include "compat_busted.h"
#include "nmi.h"
#include "xmm.h"

static DEFINE_PER_CPU(atomic_t, sent);
static struct task_struct *sender;
static bool registered;

/*
 * The kernel threads that work for the program, and the threads of its own: in
 * FPU sections of theirs, and while they hold the pattern of an exerciser.
 */
static bool is_victim(void)
{
	if (current->flags & PF_KTHREAD)
		return strstarts(current->comm, "cryptorture/");
	return yt_busted_aim_is_program() &&
	       (!yt_user_registers_live() || yt_xmm_are_pattern());
}

static int strike(unsigned int type, struct pt_regs *regs)
{
	if (!atomic_xchg(this_cpu_ptr(&sent), 0))
		return NMI_DONE;
	if (is_victim()) {
		yt_xmm_work();
		yt_busted_aim_done();
	}
	return NMI_HANDLED;
}

/* From a thread: the sender's CPU must not be the one that is hit. */
static int send(void *unused)
{
	unsigned int us = USEC_PER_SEC / yt_busted_aim_rate(), cpu;

	while (!kthread_should_stop()) {
		usleep_range(us / 2, us + us / 2);
		preempt_disable();
		for_each_cpu_and(cpu, yt_busted_aim_cpus(), cpu_online_mask) {
			if (cpu == smp_processor_id())
				continue;
			atomic_set(per_cpu_ptr(&sent, cpu), 1);
			yt_send_nmi(cpu);
		}
		preempt_enable();
	}
	return 0;
}

int yt_busted_nmi_start(void)
{
	int err;

	if (num_online_cpus() < 2)
		return -ENODEV;
	err = register_nmi_handler(NMI_LOCAL, strike, 0, "cryptorture_busted");
	if (err)
		return err;
	registered = true;
	sender = kthread_run(send, NULL, "busted/nmi");
	if (IS_ERR(sender)) {
		err = PTR_ERR(sender);
		sender = NULL;
		yt_busted_nmi_stop();
	}
	return err;
}

void yt_busted_nmi_stop(void)
{
	if (sender)
		kthread_stop(sender);
	sender = NULL;
	if (!registered)
		return;
	/* An NMI without a handler would be reported as a fault. */
	msleep(20);
	unregister_nmi_handler(NMI_LOCAL, "cryptorture_busted");
	registered = false;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "busted/registers.h"
#include "compat.h"

struct xmm {
	u8 bytes[16];
};

struct striker {
	struct hrtimer timer;
	bool armed;
};

static struct striker __percpu *strikers;
static enum ct_busted_value put;
static u64 gap;
static char target[TASK_COMM_LEN];
static bool on;
static atomic64_t changed;
static DEFINE_RAW_SPINLOCK(lock);	/* of @before and @whose */
static struct xmm before;
static struct task_struct *whose;	/* never looked into */

/* Without kernel_fpu_begin(): that is what is wrong here, and on purpose. */
static void put_own(void)
{
	asm volatile("movdqa %xmm7, %xmm3");
}

static void put_zero(void)
{
	asm volatile("pxor %xmm3, %xmm3");
}

static bool put_foreign(void)
{
	struct xmm value, mine;
	bool known;

	asm volatile("movdqu %%xmm5, %0" : "=m" (mine));
	raw_spin_lock(&lock);
	known = whose && whose != current;
	value = before;
	before = mine;
	whose = current;
	raw_spin_unlock(&lock);
	if (known)
		asm volatile("movdqu %0, %%xmm3" : : "m" (value));
	return known;
}

/* In hardirq, over a thread whose registers are in the CPU. */
static void strike(void)
{
	if (strncmp(current->group_leader->comm, target, sizeof(target)) ||
	    !ct_user_registers_live())
		return;
	switch (put) {
	case CT_BUSTED_OWN:
		put_own();
		break;
	case CT_BUSTED_ZERO:
		put_zero();
		break;
	default:
		if (!put_foreign())
			return;
		break;
	}
	atomic64_inc(&changed);
}

static enum hrtimer_restart expire(struct hrtimer *timer)
{
	if (!READ_ONCE(on))
		return HRTIMER_NORESTART;
	strike();
	hrtimer_forward_now(timer, ns_to_ktime(gap));
	return HRTIMER_RESTART;
}

static void arm(void *unused)
{
	struct striker *striker = this_cpu_ptr(strikers);

	ct_hrtimer_setup(&striker->timer, expire,
			 HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(&striker->timer, ns_to_ktime(gap),
		      HRTIMER_MODE_REL_PINNED_HARD);
	striker->armed = true;
}

int ct_busted_registers_start(enum ct_busted_value value, unsigned int hz,
			      const char *program)
{
	strikers = alloc_percpu(struct striker);
	if (!strikers)
		return -ENOMEM;
	put = value;
	gap = NSEC_PER_SEC / hz;
	strscpy(target, program, sizeof(target));
	WRITE_ONCE(on, true);
	on_each_cpu(arm, NULL, 1);
	return 0;
}

u64 ct_busted_registers_stop(void)
{
	unsigned int cpu;

	if (!strikers)
		return 0;
	WRITE_ONCE(on, false);
	for_each_possible_cpu(cpu) {
		struct striker *striker = per_cpu_ptr(strikers, cpu);

		if (striker->armed)
			hrtimer_cancel(&striker->timer);
	}
	free_percpu(strikers);
	strikers = NULL;
	return atomic64_read(&changed);
}

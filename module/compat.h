/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernels, except those that only the broken module needs
 * (tests/faultinject/module/compat_busted.h). YT_HAS_... are from probes of their headers:
 * see probes.txt.
 */
#ifndef CRYPTORTURE_COMPAT_H
#define CRYPTORTURE_COMPAT_H

#include <linux/compiler.h>
#include <linux/crypto.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <asm/cacheflush.h>
#include <asm/processor.h>
/* cpuid_ecx() was in asm/processor.h. Sparse does not know __has_include. */
#ifdef __has_include
#if __has_include("asm/cpuid/api.h")
#include <asm/cpuid/api.h>
#elif __has_include("asm/cpuid.h")
#include <asm/cpuid.h>
#endif
#endif

#ifndef YT_PROBED
#error "cryptorture is built by its own Kbuild, which probes the kernel's headers"
#endif

#ifndef CONFIG_X86_64
#error "cryptorture is for x86-64 kernels"
#endif

/*
 * The same as in dkms.conf; make check compares them. The newest is that of vm/kernels.txt.
 * probes.awk reads this part, and reports the same before the compiler runs.
 */
#define YT_KERNEL_FIRST		KERNEL_VERSION(5, 10, 0)
#define YT_KERNEL_BEYOND	KERNEL_VERSION(7, 4, 0)

#if LINUX_VERSION_CODE < YT_KERNEL_FIRST
#error "cryptorture needs Linux 5.10 or later: before, crypto API and FPU were others"
#endif

/* Compiling is not enough: FPU rules change without any API change. */
#if LINUX_VERSION_CODE >= YT_KERNEL_BEYOND
#error "cryptorture is tested up to Linux 7.3: later ones need a newer one, to be trusted"
#endif

/*
 * The list of all algorithms is exported, but no header that kernel packages
 * ship declares it.
 */
extern struct list_head crypto_alg_list;
extern struct rw_semaphore crypto_alg_sem;

/* Likewise: a reference to an algorithm, NULL when its module is being unloaded. */
struct crypto_alg *crypto_mod_get(struct crypto_alg *alg);

/*
 * Completion callbacks take the data of the request, or the request itself.
 * YT_COMPLETION(name) begins the definition of a callback; yt_completion_data() in
 * its body returns the data.
 */
#ifndef YT_HAS_COMPLETION_DATA
#define YT_COMPLETION(name) \
	void name(struct crypto_async_request *yt_arg, int err)
#define yt_completion_data()	(yt_arg->data)
#else
#define YT_COMPLETION(name)	void name(void *yt_arg, int err)
#define yt_completion_data()	(yt_arg)
#endif

static inline void
yt_hrtimer_setup(struct hrtimer *timer,
		 enum hrtimer_restart (*function)(struct hrtimer *),
		 enum hrtimer_mode mode)
{
#ifndef YT_HAS_HRTIMER_SETUP
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = function;
#else
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, mode);
#endif
}

/* Kernels where strict validation of attributes is opt-in. */
#ifdef YT_HAS_RESV_START_OP
#define YT_RESV_START_OP(op)	.resv_start_op = (op),
#else
#define YT_RESV_START_OP(op)
#endif

/* Attributes of the request that a dump answers. */
#ifndef YT_HAS_GENL_INFO_DUMP
#define yt_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#else
#define yt_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#endif

/* Groups that only root may join: in newer kernels, and backported to stable ones. */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define YT_MCAST_ADMIN	.flags = GENL_MCAST_CAP_NET_ADMIN
#else
#define YT_MCAST_ADMIN
#endif

/*
 * Does the CPU hold registers of the current user task, rather than memory?
 * Without this flag the answer is not known, and false is returned.
 */
static inline bool yt_user_registers_live(void)
{
#ifdef TIF_NEED_FPU_LOAD
	/* The interrupted task may be changing another of its flags. */
	return !(data_race(current->flags) & PF_KTHREAD) &&
	       !test_thread_flag(TIF_NEED_FPU_LOAD);
#else
	return false;
#endif
}

#ifdef TIF_NEED_FPU_LOAD
#define YT_LIVE_IS_KNOWN	true
#else
#define YT_LIVE_IS_KNOWN	false
#endif

/* User-mode Linux, where kunit.py runs the suites, has no such registers. */
#ifdef CONFIG_UML

static inline void yt_flush_from_cache(void *at, unsigned int len)
{
}

#else

static inline void yt_flush_from_cache(void *at, unsigned int len)
{
	clflush_cache_range(at, len);
}

#endif /* !CONFIG_UML */

#ifndef in_hardirq
#define in_hardirq()	in_irq()
#endif

#endif /* CRYPTORTURE_COMPAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between kernel versions; nothing else knows a version. */
#ifndef CRYPTORTURE_COMPAT_H
#define CRYPTORTURE_COMPAT_H

#include <crypto/aes.h>
#include <linux/compiler.h>
#include <linux/crypto.h>
#include <linux/highmem.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <asm/apic.h>
#include <asm/cacheflush.h>
#include <asm/irq_vectors.h>
#include <asm/processor.h>

#ifndef CONFIG_X86_64
#error "cryptorture is for x86-64 kernels"
#endif

/* As in dkms.conf: make check compares them. The newest is that of vm/kernels.txt. */
#define CT_KERNEL_FIRST		KERNEL_VERSION(5, 10, 0)
#define CT_KERNEL_BEYOND	KERNEL_VERSION(7, 4, 0)

#if LINUX_VERSION_CODE < CT_KERNEL_FIRST
#error "cryptorture needs Linux 5.10 or later: before, crypto API and FPU were others"
#endif

/* What compiles need not be right: the FPU rules change without a name doing so. */
#if LINUX_VERSION_CODE >= CT_KERNEL_BEYOND
#error "cryptorture is tested up to Linux 7.3: later ones need a newer one, to be trusted"
#endif

/*
 * The list of all algorithms is exported, but no header that kernel packages
 * ship declares it.
 */
extern struct list_head crypto_alg_list;
extern struct rw_semaphore crypto_alg_sem;

/* Likewise: a reference to an algorithm, NULL when its module is going. */
struct crypto_alg *crypto_mod_get(struct crypto_alg *alg);

/*
 * Completion callbacks took the request up to 6.2, and its data since.
 * CT_COMPLETION(name) begins the definition of one; ct_completion_data() in
 * its body gives the data.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define CT_COMPLETION(name) \
	void name(struct crypto_async_request *ct_arg, int err)
#define ct_completion_data()	(ct_arg->data)
#else
#define CT_COMPLETION(name)	void name(void *ct_arg, int err)
#define ct_completion_data()	(ct_arg)
#endif

/* To call one: crypto_request_complete() came with the change. */
static inline void ct_complete(struct crypto_async_request *request, int err)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	request->complete(request, err);
#else
	request->complete(request->data, err);
#endif
}

/* hrtimer_setup() came with 6.13, and hrtimer_init() went with 6.16. */
static inline void
ct_hrtimer_setup(struct hrtimer *timer,
		 enum hrtimer_restart (*function)(struct hrtimer *),
		 enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = function;
#else
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, mode);
#endif
}

/* Where generic netlink's strictness about attributes must be asked for. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define CT_RESV_START_OP(op)	.resv_start_op = (op),
#else
#define CT_RESV_START_OP(op)
#endif

/* Attributes of the request that a dump answers. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define ct_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#else
#define ct_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#endif

/* Groups that only root may join: newer kernels, and stable ones since. */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define CT_MCAST_ADMIN	.flags = GENL_MCAST_CAP_NET_ADMIN
#else
#define CT_MCAST_ADMIN
#endif

/*
 * Does the CPU hold registers of the current user task, rather than memory?
 * Where the kernel does not say so by this flag the answer is not known: no.
 */
static inline bool ct_user_registers_live(void)
{
#ifdef TIF_NEED_FPU_LOAD
	/* The task that this is over may be changing another one of its flags. */
	return !(data_race(current->flags) & PF_KTHREAD) &&
	       !test_thread_flag(TIF_NEED_FPU_LOAD);
#else
	return false;
#endif
}

#ifdef TIF_NEED_FPU_LOAD
#define CT_LIVE_IS_KNOWN	true
#else
#define CT_LIVE_IS_KNOWN	false
#endif

/* User-mode Linux, where kunit.py runs the suites, has nothing of the kind. */
#ifdef CONFIG_UML

static inline void ct_flush_from_cache(void *at, unsigned int len)
{
}

#else

static inline void ct_flush_from_cache(void *at, unsigned int len)
{
	clflush_cache_range(at, len);
}

/*
 * The xmm registers of a task as they are in memory. From 6.16 on that is behind
 * the task; x86_task_fpu() says so, but is not exported where it checks more.
 */
static inline const void *ct_task_xmm_image(struct task_struct *task)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
	return task->thread.fpu.state.fxsave.xmm_space;
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
	return task->thread.fpu.fpstate->regs.fxsave.xmm_space;
#else
	struct fpu *fpu = (void *)task + sizeof(*task);

	return fpu->fpstate->regs.fxsave.xmm_space;
#endif
}

/* An NMI for another CPU. */
static inline void ct_send_nmi(unsigned int cpu)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
#else
	__apic_send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
#endif
}

#endif /* !CONFIG_UML */

/*
 * The library's AES, with a schedule of aes_expandkey(). From 7.0 on it takes a
 * key in a form of its own, which is made again of what a schedule begins with.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
static inline void ct_library_encrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	aes_encrypt(schedule, out, in);
}

static inline void ct_library_decrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	aes_decrypt(schedule, out, in);
}
#else
static inline void ct_library_encrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	struct aes_enckey key;

	/* The length is that of a schedule, so that it cannot be refused. */
	if (!aes_prepareenckey(&key, (const u8 *)schedule->key_enc,
			       schedule->key_length))
		aes_encrypt(&key, out, in);
	memzero_explicit(&key, sizeof(key));
}

static inline void ct_library_decrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	struct aes_key key;

	if (!aes_preparekey(&key, (const u8 *)schedule->key_enc,
			    schedule->key_length))
		aes_decrypt(&key, out, in);
	memzero_explicit(&key, sizeof(key));
}
#endif

/* It came with 5.11. On x86-64 every page is mapped anyhow. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define kmap_local_page(page)	page_address(page)
#define kunmap_local(address)	((void)(address))
#endif

#ifndef in_hardirq
#define in_hardirq()	in_irq()
#endif

#endif /* CRYPTORTURE_COMPAT_H */

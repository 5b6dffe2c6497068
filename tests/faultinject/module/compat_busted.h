/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences between kernels that only the broken module meets: see probes.txt here. */
#ifndef CRYPTORTURE_BUSTED_COMPAT_BUSTED_H
#define CRYPTORTURE_BUSTED_COMPAT_BUSTED_H

#include <crypto/aes.h>
#include <linux/crypto.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/processor.h>

#include "compat.h"

/* Calls a completion callback: crypto_request_complete() came with the change. */
static inline void yt_complete(struct crypto_async_request *request, int err)
{
#ifdef YT_HAS_COMPLETION_DATA
	request->complete(request->data, err);
#else
	request->complete(request, err);
#endif
}

/*
 * The struct fpu of a task. Where it lies behind the task x86_task_fpu() returns it, but
 * that is not exported in debug kernels.
 */
static inline struct fpu *yt_task_fpu(struct task_struct *task)
{
#ifdef YT_HAS_THREAD_FPU
	return &task->thread.fpu;
#else
	return (void *)task + sizeof(*task);
#endif
}

/* The xmm registers of a task as they are in memory. */
static inline const void *yt_task_xmm_image(struct task_struct *task)
{
#ifdef YT_HAS_FPSTATE
	return yt_task_fpu(task)->fpstate->regs.fxsave.xmm_space;
#else
	return yt_task_fpu(task)->state.fxsave.xmm_space;
#endif
}

/* An NMI for another CPU. */
static inline void yt_send_nmi(unsigned int cpu)
{
#ifdef YT_HAS_APIC_CALLS
	__apic_send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
#else
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
#endif
}

/*
 * The library's AES, with a schedule of aes_expandkey(). Where it takes a key in a
 * form of its own, that is made again of what a schedule begins with.
 */
#ifdef YT_HAS_AES_ENCKEY
static inline void yt_library_encrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	struct aes_enckey key;

	/* The length is that of a schedule, so that it cannot be refused. */
	if (!aes_prepareenckey(&key, (const u8 *)schedule->key_enc,
			       schedule->key_length))
		aes_encrypt(&key, out, in);
	memzero_explicit(&key, sizeof(key));
}

static inline void yt_library_decrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	struct aes_key key;

	if (!aes_preparekey(&key, (const u8 *)schedule->key_enc,
			    schedule->key_length))
		aes_decrypt(&key, out, in);
	memzero_explicit(&key, sizeof(key));
}
#else
static inline void yt_library_encrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	aes_encrypt(schedule, out, in);
}

static inline void yt_library_decrypt(const struct crypto_aes_ctx *schedule,
				      u8 *out, const u8 *in)
{
	aes_decrypt(schedule, out, in);
}
#endif

#endif /* CRYPTORTURE_BUSTED_COMPAT_BUSTED_H */

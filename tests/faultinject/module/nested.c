// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/internal/simd.h>
#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <asm/fpu/api.h>
#include <asm/simd.h>

#include "aim.h"
#include "cipher.h"
#include "compat_busted.h"
#include "nested.h"
#include "ticker.h"
#include "xmm.h"

static bool softirqs_nest;

static bool softirqs_do_nest(void)
{
	bool answer;

	kernel_fpu_begin();
	/* Newer kernels turn them off there. */
	answer = !softirq_count();
	kernel_fpu_end();
	return answer;
}

/* In a softirq irq_fpu_usable() is false only inside an FPU section. */
static bool over_section(void)
{
	return in_serving_softirq() && !in_hardirq() && !irq_fpu_usable() &&
	       yt_busted_aim_due();
}

/* The step in progress on this CPU interrupts an FPU section. */
static DEFINE_PER_CPU(bool, over);

static bool begin_aes(const struct yt_busted_job *job)
{
	if (crypto_simd_usable()) {
		kernel_fpu_begin();
		return true;
	}
	if (!over_section())
		return false;
	__this_cpu_write(over, true);
	yt_busted_aim_done();
	return true;
}

static void end_aes(void)
{
	if (__this_cpu_read(over))
		__this_cpu_write(over, false);
	else
		kernel_fpu_end();
}

static int run_aes(struct yt_busted_job *job, struct skcipher_request *req,
		   struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.begin = begin_aes,
		.end = end_aes,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

static bool begin_tagged(const struct yt_busted_job *job)
{
	if (crypto_simd_usable()) {
		kernel_fpu_begin();
		return true;
	}
	if (over_section()) {
		yt_xmm_tag();
		yt_busted_aim_done();
	}
	return false;
}

static int run_tagged(struct yt_busted_job *job, struct skcipher_request *req,
		      struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.begin = begin_tagged,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

/* The nested kernel_fpu_end() of old kernels made the task's next access do this. */
static bool begin_reload(const struct yt_busted_job *job)
{
	struct yt_xmms image;

	if (crypto_simd_usable()) {
		kernel_fpu_begin();
		return true;
	}
	if (over_section()) {
		memcpy(&image, yt_task_xmm_image(current), sizeof(image));
		yt_xmm_load(&image);
		yt_busted_aim_done();
	}
	return false;
}

static int run_reload(struct yt_busted_job *job, struct skcipher_request *req,
		      struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.begin = begin_reload,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

const struct yt_busted_wrap yt_busted_nested_aes = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_aes,
};

const struct yt_busted_wrap yt_busted_nested_tagged = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_tagged,
};

const struct yt_busted_wrap yt_busted_nested_reload = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_reload,
};

int yt_busted_nested_start(const struct yt_busted_wrap *wrap)
{
	if (!softirqs_do_nest()) {
		pr_err("this kernel keeps softirqs out of FPU sections; there is fault=fpu-nested-irq\n");
		return -EOPNOTSUPP;
	}
	return yt_busted_wrapper_start(wrap);
}

/*
 * irq_fpu_usable() in hardirq is false inside an FPU section, and also wherever
 * softirqs are off: where FPU sections leave them on, the two can be distinguished.
 */
static bool in_section(void)
{
	if (irq_fpu_usable() || in_serving_softirq())
		return false;
	return !softirqs_nest || !softirq_count();
}

static void strike(void)
{
	/* Counts the interrupt; every one that lands in a section strikes. */
	yt_busted_aim_due();
	if (!in_section())
		return;
	yt_xmm_work();
	yt_busted_aim_done();
}

int yt_busted_nested_irq_start(void)
{
	softirqs_nest = softirqs_do_nest();
	return yt_busted_ticker_start(strike);
}
